using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class QuotaBucketTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<QuotaRequest> _requests = [];
    private Func<QuotaRequest, Task<QuotaLease>> _answer;
    private readonly QuotaBucket _bucket;

    public QuotaBucketTests()
    {
        _answer = request => Task.FromResult(Lease(request.Wanted));
        _bucket = new QuotaBucket(
            request =>
            {
                lock (_requests)
                    _requests.Add(request);

                return _answer(request);
            },
            "silo",
            _time);
    }

    [Fact]
    public async Task Take_WhenTheLeaseLasts_AsksNobody()
    {
        _answer = _ => Task.FromResult(Lease(10));
        for (var i = 0; i < 10; i++)
            Assert.Null(await _bucket.TakeAsync());

        Assert.Single(_requests);
        Assert.Null(await _bucket.TakeAsync());
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task Look_WhenThereArePermits_TakesNone()
    {
        _answer = _ => Task.FromResult(Lease(2));
        for (var i = 0; i < 5; i++)
            Assert.Null(await _bucket.LookAsync());

        Assert.Null(await _bucket.TakeAsync());
        Assert.Null(await _bucket.LookAsync());
        Assert.Null(await _bucket.TakeAsync());
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Look_WhenThereIsNone_AsksAndPassesTheLimitOn()
    {
        var limit = new LimitInfo("tenant-sends-day", 5, 86_400, 1);
        _answer = _ => Task.FromResult(new QuotaLease(0, TimeSpan.FromMilliseconds(400), 1, limit, 7));

        Assert.Equal(limit, await _bucket.LookAsync());
        Assert.Equal(limit, await _bucket.TakeAsync());
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Take_WhenTheLeaseIsOver_AsksAgainAndGivesBackTheRest()
    {
        _answer = _ => Task.FromResult(Lease(10));
        Assert.Null(await _bucket.TakeAsync());

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _bucket.TakeAsync());

        Assert.Equal((9, 7), (_requests[1].Unused, _requests[1].UnusedOfDay));
    }

    [Fact]
    public async Task Take_WhenRefused_StandsForAsLongAsTheAnswerSays()
    {
        var limit = new LimitInfo("tenant-starts-second", 5, 1, 1);
        _answer = _ => Task.FromResult(new QuotaLease(0, TimeSpan.FromMilliseconds(400), 1, limit, 7));

        Assert.Equal(limit, await _bucket.TakeAsync());
        Assert.Equal(limit, await _bucket.TakeAsync());
        Assert.Single(_requests);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(limit, await _bucket.TakeAsync());
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task Take_WhenTheGrainFails_PassesItOnAndAsksAgainNextTime()
    {
        _answer = _ => Task.FromException<QuotaLease>(new StorageUnavailableException("away"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await _bucket.TakeAsync());

        _answer = _ => Task.FromResult(Lease(1));
        Assert.Null(await _bucket.TakeAsync());
    }

    [Fact]
    public async Task Take_WhenTheQuotaIsHandedOver_WaitsAndIsNotRefused()
    {
        var opens = _time.GetUtcNow().AddSeconds(3);
        _answer = request => Task.FromResult(_time.GetUtcNow() < opens ? new QuotaLease(0, opens - _time.GetUtcNow(), 1, null, 7) : Lease(request.Wanted));
        var takes = Enumerable.Range(0, 20).Select(_ => _bucket.TakeAsync().AsTask()).ToArray();
        await AdvanceUntilAsync(Task.WhenAll(takes));

        Assert.All(await Task.WhenAll(takes), Assert.Null);
        Assert.InRange(_time.GetUtcNow(), opens, opens.AddSeconds(1));
        Assert.InRange(_requests.Count, 2, 25);
    }

    [Fact]
    public async Task Take_WhenTheQuotaStaysClosed_SaysInTimeThatItCouldNotBeAsked()
    {
        _answer = _ => Task.FromResult(new QuotaLease(0, TimeSpan.FromSeconds(3), 1, null, 7));
        var take = _bucket.TakeAsync().AsTask();
        var began = _time.GetUtcNow();
        await AdvanceUntilAsync(take);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => take);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Take_WhenManyWait_AsksOnceForAllOfThem()
    {
        var gate = new TaskCompletionSource<QuotaLease>();
        _answer = _ => _requests.Count == 1 ? gate.Task : Task.FromResult(Lease(100));
        var takes = Enumerable.Range(0, 50).Select(_ => _bucket.TakeAsync().AsTask()).ToArray();
        gate.SetResult(Lease(1));

        Assert.All(await Task.WhenAll(takes), Assert.Null);
        Assert.Equal(2, _requests.Count);
        Assert.InRange(_requests[1].Wanted, 1, 50);
    }

    [Fact]
    public async Task Take_WhenBusy_AsksBeforeTheBlockIsUsedUp()
    {
        for (var i = 0; i < 200; i++)
            await _bucket.TakeAsync();

        _time.Advance(TimeSpan.FromSeconds(1));
        _answer = _ => Task.FromResult(Lease(40));
        for (var i = 0; i < 40; i++)
            await _bucket.TakeAsync();

        var before = _requests.Count;
        await Testing.Eventually.TrueAsync(() => { lock (_requests) return _requests.Count >= before; }, "the next block was asked for");
        var synchronous = _bucket.TakeAsync();
        Assert.Null(await synchronous);
        Assert.True(_requests[^1].Wanted >= 40, "It asks for as much as is used.");
    }

    [Fact]
    public async Task GiveBack_WhenIdle_ReturnsWhatExpiredOnce()
    {
        _answer = request => Task.FromResult(Lease(request.Wanted == 0 ? 0 : 10));
        await _bucket.TakeAsync();
        await _bucket.GiveBackAsync();
        Assert.Single(_requests);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _bucket.GiveBackAsync();
        await _bucket.GiveBackAsync();

        Assert.Equal(2, _requests.Count);
        Assert.Equal((0, 9), (_requests[1].Wanted, _requests[1].Unused));
    }

    [Fact]
    public async Task Return_WhenAPermitWasNotUsed_CountsForTheDayAgain()
    {
        _answer = _ => Task.FromResult(Lease(1));
        await _bucket.TakeAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        _bucket.Return();
        await _bucket.GiveBackAsync();

        Assert.Equal(1, _requests[^1].Unused);
    }

    /// <summary>However many threads take, wait and void: what was taken is never more than what was handed out, and nothing is both taken and given back.</summary>
    [Fact]
    public async Task Take_WhenHammered_NeverTakesMoreThanWasHandedOut()
    {
        var handedOut = 0;
        var givenBack = 0;
        _answer = request =>
        {
            var permits = Math.Min(request.Wanted, 7);
            Interlocked.Add(ref handedOut, permits);
            Interlocked.Add(ref givenBack, request.Unused);
            return Task.FromResult(Lease(permits) with { ValidFor = TimeSpan.FromMilliseconds(60) });
        };
        var taken = 0;
        await Parallel.ForAsync(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            if (i % 50 == 0)
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
                await _bucket.GiveBackAsync();
            }

            try
            {
                if (await _bucket.TakeAsync() is null)
                    Interlocked.Increment(ref taken);
            }
            catch (StorageUnavailableException)
            {
                // A thread that the machine let sleep while this clock ran on; it took nothing.
            }
        });
        await Testing.Eventually.TrueAsync(
            async () =>
            {
                // Each time anew: the last question may still have been under way, and its permits are fresh.
                _time.Advance(TimeSpan.FromSeconds(2));
                await _bucket.GiveBackAsync();
                return taken + givenBack == handedOut;
            },
            "every permit was either taken or given back");
        Assert.InRange(taken, 10_000, 20_000);
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            // Who continues on a pool's thread must have begun to wait before the clock goes on.
            await Task.Delay(5, TestContext.Current.CancellationToken);
            if (!task.IsCompleted)
                _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private static QuotaLease Lease(int permits) => new(permits, TimeSpan.FromSeconds(1), 1, null, 7);
}
