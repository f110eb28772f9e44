using System.Net;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Configuration;

/// <summary>
/// How this server runs: configuration section <c>MaskedVerify</c>, overridden by <c>MASKEDVERIFY_*</c> environment variables, overridden by switches.
/// <see cref="FrontSettings"/> reads it and reports every mistake at once.
/// </summary>
public sealed record FrontOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "MaskedVerify";

    /// <summary>Folder of databases and keys, absolute. Default <c>./data</c> of the working directory; made at the first start (0700).</summary>
    public required string DataFolder { get; init; }

    /// <summary>Addresses of the public port; default <see cref="PublicEndpoint.Plain"/>, with a certificate <see cref="PublicEndpoint.Encrypted"/>.</summary>
    public IReadOnlyList<PublicEndpoint> PublicEndpoints { get; init; } = [PublicEndpoint.Plain];

    /// <summary>The proxies that end TLS or forward requests to the public port, and whose word about the caller is believed. Default none.</summary>
    public IReadOnlyList<IPNetwork> BehindProxy { get; init; } = [];

    /// <summary>In which header they say it.</summary>
    public ForwardedHeader ForwardedHeader { get; init; }

    /// <summary>Address of the internal port; default <c>127.0.0.1:8081</c>. Port 0 takes a free one.</summary>
    public IPEndPoint InternalEndpoint { get; init; } = new(IPAddress.Loopback, 8081);

    /// <summary>Host names, besides loopback ones, that requests to the internal port may carry (against DNS rebinding). Default none.</summary>
    public IReadOnlyList<string> InternalHosts { get; init; } = [];

    /// <summary>Whether live tenants may be served with a root key in a local file. Default false.</summary>
    public bool AllowLocalKeys { get; init; }

    /// <summary>What this silo does. Default: everything.</summary>
    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>Whether silos speak mutual TLS: <c>ClusterTls</c> names the files. Default false.</summary>
    public bool ClusterTls { get; init; }

    /// <summary>How long readiness says 503 after a signal to stop before requests are refused, 0 to 300 s. Default 0.</summary>
    public TimeSpan DrainDelay { get; init; }

    /// <summary>Port of the Orleans client gateway on <see cref="SiloAddress"/>; null (default): it does not listen.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Port for other silos; 0 (default) takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>Address for other silos; default 127.0.0.1.</summary>
    public IPAddress SiloAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Cluster id, 1 to 64 characters of a-z, 0-9 and '-'; default <c>maskedverify</c>. Silos with one id and one database form one cluster.</summary>
    public string Cluster { get; init; } = "maskedverify";

    /// <summary>Database product; with any but SQLite this process is one silo of perhaps several.</summary>
    public StorageEngine Engine { get; init; } = StorageEngine.Sqlite;

    /// <summary>Where traces go (OTLP); null (default): no tracing.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Least severe level of frameworks' log lines; default Warning. Our own lines appear from Information on.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Ranges of numbers that go before the library's data, from the file that <c>PhoneRanges</c> names; null (default): there is none.</summary>
    public PhoneRanges? PhoneRanges { get; init; }

    /// <summary>Key of the sandbox tenant that overrides the one in the data folder, or none. From <c>MASKEDVERIFY_SANDBOX_KEY</c> only.</summary>
    public ApiKeyText SandboxKey { get; init; }

    /// <summary>Operator's key that overrides the one in the data folder, or null; a silo without vault has none. From <c>MASKEDVERIFY_OPERATOR_KEY</c> only.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>Observer's key that overrides the one in the data folder, or null. From <c>MASKEDVERIFY_OBSERVER_KEY</c> only.</summary>
    public string? ObserverKey { get; init; }

    /// <summary>
    /// Whether dashboard, metrics and health details need no key: only in the embedded sandbox mode, which is the embedded database, no live tenants
    /// (<see cref="AllowLocalKeys"/>) and an internal port on loopback.
    /// </summary>
    public bool HasOpenPages => Engine == StorageEngine.Sqlite && !AllowLocalKeys && IPAddress.IsLoopback(InternalEndpoint.Address);

    /// <summary>Whether this silo has a role.</summary>
    public bool Has(SiloRoles role) => Roles.HasFlag(role);

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"FrontOptions {{ {DataFolder} }}";
}
