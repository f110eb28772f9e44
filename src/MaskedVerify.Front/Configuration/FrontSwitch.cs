using System.CommandLine;

namespace MaskedVerify.Front.Configuration;

/// <summary>One switch of the command line; also an environment variable (<c>--smpp-host</c> is <c>MASKEDVERIFY_SMPP_HOST</c>) and a configuration key.</summary>
/// <param name="Name">With two dashes.</param>
/// <param name="Key">Key below the section <c>MaskedVerify</c>.</param>
/// <param name="Value">What stands for the value in the help; null for an on/off switch.</param>
/// <param name="Help">One sentence or two.</param>
/// <param name="Bare">What the switch means without a value, when the value may be left out.</param>
internal sealed record FrontSwitch(string Name, string Key, string? Value, string Help, string? Bare = null)
{
    /// <summary>The same for the parser; a value that may not be left out would make it take the next switch for one.</summary>
    public Option Option { get; } = Value is null
        ? new Option<bool>(Name) { Description = Help }
        : new Option<string>(Name) { Description = Help, HelpName = Value, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Name of the environment variable without its prefix.</summary>
    public string Variable { get; } = Name[2..].Replace('-', '_').ToUpperInvariant();

    /// <summary>The setting's key of an environment variable (without prefix, in capitals); null: there is none.</summary>
    public static string? KeyOf(string variable) => All.FirstOrDefault(s => s.Variable == variable)?.Key;

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<FrontSwitch> All { get; } =
    [
        new("--data", "Data", "DIR", "Folder of databases and keys, made at the first start. Default: ./data of the current directory."),
        new("--engine", "Storage:Engine", "NAME", "Database product: sqlite (default, embedded, one process), postgres or sqlserver (any number of processes)."),
        new("--database", "Storage:Database", "TEXT", "ADO.NET connection string of the database server. Default for postgres: Host=127.0.0.1;Database=maskedverify;Username=maskedverify. Other users of the machine can see a command line: prefer MASKEDVERIFY_DATABASE for a password."),
        new("--keys-database", "Storage:KeysDatabase", "TEXT", "Connection string of the database that holds the keys. Default: that of --database."),
        new("--cluster-database", "Storage:ClusterDatabase", "TEXT", "Connection string for membership and reminders, perhaps of a lesser user. Default: that of --database."),
        new("--migrate-at-start", "Storage:MigrateAtStart", "true|false", "Whether the start applies pending schema scripts. Default: true for sqlite; false for a server, where maskedverify migrate does it.", "true"),
        new("--root-key-file", "Privacy:RootKeyPath", "FILE", "File of the root key, made if it does not exist. All silos of a cluster need the same one. Default: keys/root.key in the data folder."),
        new("--urls", "Urls", "URLS", "Addresses of the public port (API, /docs, /sandbox), separated by ';'. Default: http://127.0.0.1:8080, with a certificate https://127.0.0.1:8443. Port 0 takes a free one. http:// on any address but loopback needs --behind-proxy."),
        new("--certificate", "Tls:Certificate", "FILE", "Certificate (PEM) of the public port, and after it the intermediate ones, for https:// in --urls; reloaded when it changes."),
        new("--certificate-key", "Tls:Key", "FILE", "Its private key (PEM, not encrypted)."),
        new("--behind-proxy", "BehindProxy", "NETWORKS", "Proxies in front of the public port, such as 10.0.0.7 or 10.1.0.0/16, separated by ','. Only they are believed when they say who called. Needed for http:// on any address but loopback: they end TLS."),
        new("--forwarded-header", "ForwardedHeader", "NAME", "Header in which they say it, and which they must write or extend: X-Forwarded-For (default, with X-Forwarded-Proto) or Forwarded. The other one is not looked at."),
        new("--internal-port", "InternalPort", "PORT", "Port for operators (health details, /metrics, dashboard /ops, administration). Default: 8081. 0 takes a free one."),
        new("--internal-address", "InternalAddress", "IP", "Address of the internal port. Default: 127.0.0.1. On any other address every request needs the operator key."),
        new("--internal-hosts", "InternalHosts", "NAMES", "Host names, besides loopback ones, that requests to the internal port may carry, separated by ';'."),
        new("--allow-local-keys", "AllowLocalKeys", null, "Serve live tenants although the root key is a file in the data folder.", "true"),
        new("--carrier", "Carrier", "NAME", "Carrier besides the sandbox: smpp."),
        new("--smpp-host", "Smpp:Host", "HOST", "Host of the SMS centre."),
        new("--smpp-port", "Smpp:Port", "PORT", "Port of the SMS centre. Usual: 2775."),
        new("--smpp-system-id", "Smpp:SystemId", "ID", "System id to bind with."),
        new("--smpp-password", "Smpp:Password", "TEXT", "Password to bind with. Other users of the machine can see a command line: prefer --smpp-password-file or MASKEDVERIFY_SMPP_PASSWORD."),
        new("--smpp-password-file", "SmppPasswordFile", "FILE", "File whose first line is the password to bind with."),
        new("--smpp-tls", "Smpp:Tls:Enabled", null, "Speak TLS with the SMS centre.", "true"),
        new("--role", "Role", "ROLES", "What this silo does, of front (HTTP), vault (people, codes, keys), egress (carriers), separated by ','. Default: all three in one process."),
        new("--silo-address", "SiloAddress", "IP", "Address on which this silo speaks with other silos. Default: 127.0.0.1. Any other one needs --cluster-certificate, --cluster-key and --cluster-ca."),
        new("--cluster-certificate", "ClusterTls:Certificate", "FILE", "Certificate (PEM) of this silo for mutual TLS with other silos and with gateway clients; reloaded when it changes."),
        new("--cluster-key", "ClusterTls:Key", "FILE", "Its private key (PEM, not encrypted)."),
        new("--cluster-ca", "ClusterTls:Authority", "FILE", "Certificate (PEM) of the authority that signs the silos of this cluster, and nothing else."),
        new("--allow-plaintext-cluster", "AllowPlaintextCluster", null, "Speak with other silos without TLS on an address that is not loopback: whoever reaches it joins the cluster and reads numbers.", "true"),
        new("--drain-delay", "DrainDelay", "SECONDS", "After a signal to stop, answer 503 on /health/ready for so long before anything is refused, so that load balancers leave. 0 to 300, default 0."),
        new("--gateway", "Gateway", "PORT", "Open the Orleans client gateway on --silo-address. Default port: 30000. Without this switch it does not listen.", "30000"),
        new("--silo-port", "SiloPort", "PORT", "Port for other silos, on --silo-address. Default: 0, a free one."),
        new("--cluster", "Cluster", "NAME", "Name of the cluster; silos with one name and one database form one. Default: maskedverify."),
        new("--phone-ranges", "PhoneRanges", "FILE", "JSON file of number ranges that go before the library's data (new ranges, changed kinds), read at start. Every silo of a cluster needs the same one; a silo that differs is not ready."),
        new("--otlp-endpoint", "OtlpEndpoint", "URL", "Send traces there (OpenTelemetry, OTLP over gRPC). Without it nothing is traced."),
        new("--log-level", "LogLevel", "LEVEL", "Least severe level of the frameworks' log lines: Trace, Debug, Information, Warning, Error, Critical. Default: Warning."),
        new("--config", "Config", "FILE", "JSON file with a section \"MaskedVerify\" that holds the same settings, and more."),
    ];
}
