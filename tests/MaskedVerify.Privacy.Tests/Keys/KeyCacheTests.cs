using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Privacy.Tests.Keys;

public sealed class KeyCacheTests : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly KeySlab _slab = new();
    private readonly Dictionary<int, KeySet> _made = [];
    private readonly KeyCache<int> _cache;
    private Func<int, Task<KeySet?>> _load;
    private int _loads;

    public KeyCacheTests()
    {
        _load = key => Task.FromResult<KeySet?>(Make(key));
        _cache = new(_time, Life, capacity: 4, key =>
        {
            Interlocked.Increment(ref _loads);
            return _load(key);
        });
    }

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Lease_WhenInMemory_CompletesSynchronouslyWithoutLoading()
    {
        (await _cache.LeaseAsync(1, default)).Dispose();

        var hit = _cache.LeaseAsync(1, default);

        Assert.True(hit.IsCompletedSuccessfully);
        using var lease = await hit;
        Assert.Equal(1, lease.Keys.Newest[0]);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Lease_WhenManyWait_LoadsOnce()
    {
        var gate = new TaskCompletionSource();
        _load = async key =>
        {
            await gate.Task;
            return Make(key);
        };
        var waiting = Enumerable.Range(0, 50).Select(_ => _cache.LeaseAsync(1, default).AsTask()).ToArray();

        gate.SetResult();
        foreach (var lease in await Task.WhenAll(waiting))
        {
            Assert.Equal(1, lease.Keys.Newest[0]);
            lease.Dispose();
        }

        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Lease_WhenOneWaiterGivesUp_TheOthersStillGetTheKey()
    {
        var gate = new TaskCompletionSource();
        _load = async key =>
        {
            await gate.Task;
            return Make(key);
        };
        using var givesUp = new CancellationTokenSource();
        var impatient = _cache.LeaseAsync(1, givesUp.Token).AsTask();
        var patient = _cache.LeaseAsync(1, default).AsTask();

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();

        (await patient).Dispose();
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Key_IsZeroedWithinItsLife_AndLoadedAgain()
    {
        (await _cache.LeaseAsync(1, default)).Dispose();
        var first = _made[1];

        _time.Advance(Life - TimeSpan.FromSeconds(1));

        Assert.Equal(0, _cache.Count);
        AssertZeroed(first);
        (await _cache.LeaseAsync(1, default)).Dispose();
        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task Key_ThatIsInUse_StaysWholeUntilTheUseEnds()
    {
        var lease = await _cache.LeaseAsync(1, default);

        _time.Advance(Life);
        Assert.Equal(0, _cache.Count);
        Assert.Equal(1, lease.Keys.Newest[0]);

        lease.Dispose();
        AssertZeroed(_made[1]);
    }

    [Fact]
    public async Task Key_WhenTheCacheIsFull_TheOldestGoesFirst()
    {
        for (var key = 1; key <= 6; key++)
        {
            (await _cache.LeaseAsync(key, default)).Dispose();
        }

        Assert.Equal(4, _cache.Count);

        // The slots of 1 and 2 were zeroed and given to 5 and 6.
        Assert.DoesNotContain(_made[1].Newest[0], new byte[] { 1, 2 });
        Assert.DoesNotContain(_made[2].Newest[0], new byte[] { 1, 2 });
        Assert.Equal(3, _made[3].Newest[0]);
        (await _cache.LeaseAsync(3, default)).Dispose();
        Assert.Equal(6, _loads);
    }

    [Fact]
    public async Task Remove_Zeroes()
    {
        (await _cache.LeaseAsync(1, default)).Dispose();

        _cache.Remove(1);

        AssertZeroed(_made[1]);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task Remove_WhileLoading_MakesTheLoadedKeyWorthless()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        _load = async key =>
        {
            begun.SetResult();
            await gate.Task;
            return Make(key);
        };
        var waiting = _cache.LeaseAsync(1, default).AsTask();
        await begun.Task;
        _cache.Remove(1);
        _load = _ => Task.FromResult<KeySet?>(null);

        gate.SetResult();

        Assert.True((await waiting).IsNone);
        AssertZeroed(_made[1]);
        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task Load_ThatFailsOrFindsNothing_IsNotRemembered()
    {
        _load = _ => throw new KeyManagementException("away");
        await Assert.ThrowsAsync<KeyManagementException>(async () => await _cache.LeaseAsync(1, default));
        _load = _ => Task.FromResult<KeySet?>(null);
        Assert.True((await _cache.LeaseAsync(1, default)).IsNone);
        _load = key => Task.FromResult<KeySet?>(Make(key));

        using var lease = await _cache.LeaseAsync(1, default);

        Assert.False(lease.IsNone);
    }

    [Fact]
    public async Task Dispose_ZeroesEverything()
    {
        (await _cache.LeaseAsync(1, default)).Dispose();
        (await _cache.LeaseAsync(2, default)).Dispose();

        _cache.Dispose();

        AssertZeroed(_made[1]);
        AssertZeroed(_made[2]);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _cache.LeaseAsync(1, default));
    }

    [Fact]
    public async Task Leases_UnderContention_NeverSeeAZeroedOrForeignKey()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 20_000; i++)
            {
                var key = random.Next(1, 9);
                if (random.Next(20) == 0)
                {
                    _cache.Remove(key);
                }

                using var lease = await _cache.LeaseAsync(key, default);
                Assert.True(lease.Keys.Newest.IndexOfAnyExcept((byte)key) < 0);
            }
        })));
    }

    [Fact]
    public void Slab_GivesZeroedSlotsAgain()
    {
        var slot = _slab.Rent();
        slot.Bytes.Fill(0xAA);
        _slab.Return(slot);

        Assert.True(slot.Bytes.IndexOfAnyExcept((byte)0) < 0);
        var many = Enumerable.Range(0, 1_500).Select(_ => _slab.Rent()).ToArray();
        Assert.All(many, rented => Assert.True(rented.Bytes.IndexOfAnyExcept((byte)0) < 0));
        many[0].Bytes.Fill(1);
        Assert.All(many.Skip(1), rented => Assert.True(rented.Bytes.IndexOfAnyExcept((byte)0) < 0));
    }

    private static void AssertZeroed(KeySet keys) => Assert.True(keys.Newest.IndexOfAnyExcept((byte)0) < 0);

    private KeySet Make(int key)
    {
        var keys = new KeySet(_slab, 1);
        keys.Writable(0).Fill((byte)key);
        lock (_made)
        {
            _made[key] = keys;
        }

        return keys;
    }
}
