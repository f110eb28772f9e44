using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using MaskedVerify.Domain;

namespace MaskedVerify.Benchmarks;

/// <summary>Durable commits of the hot store with the rows of a start: state, due step, guard count.</summary>
public class HotStoreBenchmarks
{
    private const string Table = "phone-alias";

    private readonly byte[] _payload = RandomNumberGenerator.GetBytes(420);
    private readonly long[] _versions = new long[64];
    private readonly string[] _keys = [.. Enumerable.Range(0, 64).Select(i => $"pa-benchmark-{i:D4}")];
    private Stores _stores = null!;
    private IHotStore _store = null!;
    private int _sends;

    /// <summary>Opens the store.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _stores = new Stores();
        _store = _stores.Get<IHotStore>();
    }

    /// <summary>Closes the store.</summary>
    [GlobalCleanup]
    public void Cleanup() => _stores.Dispose();

    /// <summary>One commit by itself: one transaction, one flush.</summary>
    [Benchmark]
    public Task CommitOne() => CommitAsync(0);

    /// <summary>64 commits at once, grouped. The time is that of all 64.</summary>
    [Benchmark]
    public Task Commit64() => Task.WhenAll(Enumerable.Range(0, 64).Select(CommitAsync));

    /// <summary>A state row by its key.</summary>
    [Benchmark]
    public ValueTask<HotRow?> Read() => _store.ReadAsync(Table, _keys[0]);

    /// <summary>500 events in the outbox.</summary>
    [IterationSetup(Target = nameof(Drain500))]
    public void Fill500()
    {
        var tenant = TenantId.Parse("tn-benchmark");
        SideRow[] events = [.. Enumerable.Range(0, 500).Select(_ => new AuditRow(AuditEventId(), tenant, _payload[..190], DateTimeOffset.UtcNow))];
        _store.CommitAsync(new HotCommit(Table, "pa-benchmark-audit", 0, null, events)).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>500 events from the outbox into the log, alone in their transaction. The time is that of all 500.</summary>
    [Benchmark]
    public async Task Drain500()
    {
        var moved = await _store.AuditOutbox.DrainAsync(500);
        if (moved != 500)
            throw new InvalidOperationException($"{moved} events were moved.");
    }

    private static byte[] AuditEventId()
    {
        var id = RandomNumberGenerator.GetBytes(16);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 16) + RandomNumberGenerator.GetInt32(65_536));
        return id;
    }

    private async Task CommitAsync(int row)
    {
        var sendId = new byte[16];
        BitConverter.TryWriteBytes(sendId, Interlocked.Increment(ref _sends));
        var alias = AliasId.Create('1', (UInt128)row, 5);
        var now = DateTimeOffset.UtcNow;
        SideRow[] rows = [new DueRow(VerificationId.Create('1', alias, (UInt128)row, 3), alias, now), new GuardCountRow(sendId, sendId, now, new GuardCaps(1_000_000, 1_000_000))];
        var result = await _store.CommitAsync(new HotCommit(Table, _keys[row], _versions[row], _payload, rows));
        _versions[row] = result.Status == CommitStatus.Committed ? result.Version : throw new InvalidOperationException($"The commit ended as {result.Status}.");
    }
}
