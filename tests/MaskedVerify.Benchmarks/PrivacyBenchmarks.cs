using BenchmarkDotNet.Attributes;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Benchmarks;

/// <summary>What a start and a check spend on keys, with all keys in memory.</summary>
public class PrivacyBenchmarks
{
    private static readonly TenantId s_tenant = TenantId.Parse("tn-bench");
    private static readonly PhoneNumber s_number = PhoneNumber.FromE164Digits("8613800138000");
    private static readonly IdempotencyKey s_key = IdempotencyKey.TryParse("0123456789abcdef", out var key) ? key : default;
    private static readonly string[] s_parts = ["start", "pa-00000000000000000000000000000000000000000", "default", "", "login"];

    private readonly byte[] _indexKey = new byte[32];
    private readonly OneTimeCode _code = OneTimeCode.Random(6);
    private Stores _stores = null!;
    private IAliasDirectory _directory = null!;
    private ICodeProtector _codes = null!;
    private IIdTagger _tagger = null!;
    private IKeyedHashes _hashes = null!;
    private AliasId _alias;
    private VerificationId _verification;
    private SealedNumber _sealed = null!;
    private byte[] _sealedCode = [];
    private byte[] _mac = [];

    /// <summary>One alias.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _stores = new Stores();
        _directory = _stores.Get<IAliasDirectory>();
        _codes = _stores.Get<ICodeProtector>();
        _tagger = _stores.Get<IIdTagger>();
        _hashes = _stores.Get<IKeyedHashes>();
        var resolution = _directory.GetOrAddAsync(s_tenant, "default", s_number).AsTask().GetAwaiter().GetResult();
        _alias = resolution.Alias;
        _sealed = resolution.Number!;
        _verification = _tagger.NewVerification(s_tenant, _alias);
        _mac = _codes.Mac(s_tenant, _verification, 1, _code);
        _sealedCode = _codes.SealAsync(s_tenant, _alias, _verification, 1, _code).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Closes the stores.</summary>
    [GlobalCleanup]
    public void Cleanup() => _stores.Dispose();

    /// <summary>AES-256-GCM over a number.</summary>
    [Benchmark]
    public ValueTask<SealedNumber> SealNumber() => _directory.SealAsync(s_tenant, _alias, s_number);

    /// <summary>Its reverse.</summary>
    [Benchmark]
    public ValueTask<PhoneNumber> OpenNumber() => _directory.OpenAsync(s_tenant, _alias, _sealed);

    /// <summary>AES-256-GCM over a code.</summary>
    [Benchmark]
    public ValueTask<byte[]> SealCode() => _codes.SealAsync(s_tenant, _alias, _verification, 1, _code);

    /// <summary>Its reverse.</summary>
    [Benchmark]
    public ValueTask<OneTimeCode> OpenCode() => _codes.OpenAsync(s_tenant, _alias, _verification, 1, _sealedCode);

    /// <summary>Keyed MAC of a code.</summary>
    [Benchmark]
    public byte[] MacOfCode() => _codes.Mac(s_tenant, _verification, 1, _code);

    /// <summary>A typed code against its MAC.</summary>
    [Benchmark]
    public bool MatchCode() => _codes.Matches(_mac, s_tenant, _verification, 1, _code);

    /// <summary>A fresh code.</summary>
    [Benchmark]
    public OneTimeCode NewCode() => OneTimeCode.Random(6);

    /// <summary>Index key of a number.</summary>
    [Benchmark]
    public byte[] IndexKey() => AliasDirectory.IndexKey(_indexKey, "default", s_number);

    /// <summary>Guard key of a number.</summary>
    [Benchmark]
    public byte[] GuardKey() => _hashes.Guard(s_number, live: true);

    /// <summary>Keyed hash of an idempotency key.</summary>
    [Benchmark]
    public ValueTask<byte[]> IdempotencyHash() => _hashes.IdempotencyAsync(s_tenant, s_key);

    /// <summary>Fingerprint of a start.</summary>
    [Benchmark]
    public ValueTask<byte[]> Fingerprint() => _hashes.FingerprintAsync(s_tenant, s_parts);

    /// <summary>Whether an id is the tenant's.</summary>
    [Benchmark]
    public bool TagCheck() => _tagger.Owns(s_tenant, _verification);

    /// <summary>A new id with its tag.</summary>
    [Benchmark]
    public VerificationId NewVerificationId() => _tagger.NewVerification(s_tenant, _alias);

    /// <summary>A written number becomes a value.</summary>
    [Benchmark]
    public bool ParseNumber() => PhoneNumber.TryParse("+8613800138000", out _);

    /// <summary>Country and kind of line.</summary>
    [Benchmark]
    public PhoneDestination DescribeNumber() => s_number.Describe();
}
