using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>What a tenant's requests are judged by. Numbers come from NIST SP 800-63B-4 §3.2 and the security page of the design.</summary>
[GenerateSerializer, Immutable, Alias("mv.TenantPolicy")]
public sealed record TenantPolicy
{
    /// <summary>Declared contexts, 1 to 32, each 1-32 of <c>a-z 0-9 -</c>; the first is the default.</summary>
    [Id(0)]
    public IReadOnlyList<string> Contexts { get; init; } = ["default"];

    /// <summary>Digits of a code, 6 to 10 (default 6).</summary>
    [Id(1)]
    public int CodeLength { get; init; } = 6;

    /// <summary>Life of a code in seconds, 60 to 600 (default 300).</summary>
    [Id(2)]
    public int TtlSeconds { get; init; } = 300;

    /// <summary>Default resend policy (rotate).</summary>
    [Id(3)]
    public ResendPolicy ResendPolicy { get; init; } = ResendPolicy.Rotate;

    /// <summary>
    /// Least seconds between two messages of one alias, channel and purpose, and of one verification, 10 to 600 (default 30); a test tenant may do with fewer. Only an approval ends it early.
    /// </summary>
    [Id(4)]
    public int ResendSpacingSeconds { get; init; } = 30;

    /// <summary>Most sends of one verification, the first included, 1 to 10 (default 5).</summary>
    [Id(5)]
    public int MaxSendsPerVerification { get; init; } = 5;

    /// <summary>Wrong tries per verification, 1 to 5 (default 5).</summary>
    [Id(6)]
    public int ChecksPerVerification { get; init; } = 5;

    /// <summary>Wrong tries per alias and 24 h before strict mode, 5 to 20 (default 20): from then on one try a verification, and messages up to an hour apart.</summary>
    [Id(7)]
    public int FailuresPerDay { get; init; } = 20;

    /// <summary>Messages per alias and hour, 1 to 1,000,000 (default 5).</summary>
    [Id(8)]
    public int SendsPerHour { get; init; } = 5;

    /// <summary>Messages per alias and 24 h, 1 to 1,000,000 (default 10).</summary>
    [Id(9)]
    public int SendsPerDay { get; init; } = 10;

    /// <summary>Starts of the whole tenant per second, 1 to 1,000,000 (default 1,000); handed out in quota leases.</summary>
    [Id(10)]
    public int StartsPerSecond { get; init; } = 1_000;

    /// <summary>Messages of the whole tenant per UTC day, 0 to 1,000,000,000 (default 1,000,000).</summary>
    [Id(11)]
    public long SendsPerUtcDay { get; init; } = 1_000_000;

    /// <summary>Countries that may be sent to (two upper-case letters), or <c>*</c>. Default: all in the sandbox, none for a live tenant.</summary>
    [Id(12)]
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Whether Idempotency-Key is mandatory (400 when missing).</summary>
    [Id(13)]
    public bool IdempotencyKeyRequired { get; init; }

    /// <summary>Whether an attempt of unknown outcome moves to the next route with the same code (default no).</summary>
    [Id(14)]
    public bool ResendUnknown { get; init; }

    /// <summary>Default locale of texts, a BCP 47 tag of at most 35 characters (default <c>en</c>).</summary>
    [Id(15)]
    public string Locale { get; init; } = "en";

    /// <summary>Brand shown in texts, 1 to 32 characters (default <c>MaskedVerify</c>).</summary>
    [Id(16)]
    public string Brand { get; init; } = "MaskedVerify";

    /// <summary>
    /// Messages per real number across all tenants and hour, that this tenant's starts are judged by, 1 to 1,000,000 (default 10); of a live tenant never more than
    /// <see cref="GrainsOptions.NumberSendsPerHour"/>. Test traffic counts for itself.
    /// </summary>
    [Id(17)]
    public int NumberSendsPerHour { get; init; } = 10;

    /// <summary>Messages per real number across all tenants and 24 h, 1 to 1,000,000 (default 40).</summary>
    [Id(18)]
    public int NumberSendsPerDay { get; init; } = 40;

    /// <summary>
    /// Classes of lines, of <see cref="Domain.LineTypes.Restricted"/>, that may be sent to all the same. Default none. Landlines need no word for calls; numbers of no country need
    /// only their class, mostly <c>network</c>, and no country.
    /// </summary>
    [Id(19)]
    public IReadOnlyList<LineType> LineTypes { get; init; } = [];

    /// <summary>Aliases that the whole tenant makes without a message per UTC day, 0 to 1,000,000,000 (default 100,000). One that exists is found without being counted.</summary>
    [Id(20)]
    public long AliasesPerUtcDay { get; init; } = 100_000;

    /// <summary>
    /// Whether a channel with 100 wrong tries in a row stays closed until an operator unpauses it or a success on another channel opens it, as NIST SP 800-63B-4 §3.2.2 asks. Default no: it pauses for
    /// 24 h, then takes one try an hour, so that nobody can lock a stranger out for good.
    /// </summary>
    [Id(21)]
    public bool DisableAfter100 { get; init; }
}
