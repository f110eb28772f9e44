using BenchmarkDotNet.Attributes;
using MaskedVerify.Domain;
using MaskedVerify.Load.Driving;
using MaskedVerify.Privacy;

namespace MaskedVerify.Benchmarks;

/// <summary>Look-ups in the keys store, among many aliases.</summary>
public class KeysStoreBenchmarks
{
    private static readonly TenantId s_tenant = TenantId.Parse("tn-bench");

    private readonly NumberRange _numbers = new(1);
    private Stores _stores = null!;
    private IAliasDirectory _directory = null!;
    private IKeysStore _keys = null!;
    private PhoneNumber[] _known = [];
    private AliasId[] _aliases = [];
    private int _next;

    /// <summary>Aliases in the store.</summary>
    [Params(20_000)]
    public int Aliases { get; set; }

    /// <summary>Makes them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _stores = new Stores();
        _directory = _stores.Get<IAliasDirectory>();
        _keys = _stores.Get<IKeysStore>();
        _known = [.. Enumerable.Range(0, Aliases).Select(_ => Number())];
        _aliases = new AliasId[Aliases];
        Parallel.ForAsync(0, Aliases, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, token) =>
            _aliases[i] = (await _directory.GetOrAddAsync(s_tenant, "default", _known[i], token)).Alias).GetAwaiter().GetResult();
    }

    /// <summary>Closes the stores.</summary>
    [GlobalCleanup]
    public void Cleanup() => _stores.Dispose();

    /// <summary>Index key and look-up of a known number.</summary>
    [Benchmark]
    public ValueTask<AliasId?> FindKnownNumber() => _directory.FindAsync(s_tenant, "default", _known[Next()]);

    /// <summary>The wrapped key of an alias.</summary>
    [Benchmark]
    public ValueTask<WrappedKey?> ReadSubjectKey() => _keys.ReadSubjectKeyAsync(_aliases[Next()]);

    /// <summary>64 first contacts at once: each an index row and a subject key, durable. The time is that of all 64.</summary>
    [Benchmark]
    public Task AddNumbers64() => Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _directory.GetOrAddAsync(s_tenant, "default", Number()).AsTask()));

    private PhoneNumber Number() => PhoneNumber.FromE164Digits(_numbers.Next().AsSpan(1));

    private int Next() => _next = (int)((_next + 7919L) % Aliases);
}
