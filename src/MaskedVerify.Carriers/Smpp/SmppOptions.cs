using System.ComponentModel.DataAnnotations;
using System.Diagnostics;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>One SMPP 3.4 connection to an SMS centre. It exists when <see cref="Host"/> is given. Prints neither system id nor password.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SmppOptions
{
    /// <summary>Name of the carrier in routes, logs and metrics: 1 to 32 of <c>a-z 0-9 -</c> (default <c>smpp</c>).</summary>
    [Required]
    public string Id { get; set; } = "smpp";

    /// <summary>Name or address of the SMS centre. No default.</summary>
    [Required]
    public string Host { get; set; } = string.Empty;

    /// <summary>TCP port (default 2775, the IANA port of SMPP; centres often use 3550 with TLS).</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>Our name at the centre, 1 to 15 ASCII characters. No default.</summary>
    [Required, StringLength(15, MinimumLength = 1)]
    public string SystemId { get; set; } = string.Empty;

    /// <summary>At most 8 ASCII characters (SMPP 3.4 §5.2.2). No default, may be empty.</summary>
    [StringLength(8)]
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Password { get; set; } = string.Empty;

    /// <summary>What the centre calls our kind of system, at most 12 ASCII characters (default empty).</summary>
    [StringLength(12)]
    public string SystemType { get; set; } = string.Empty;

    /// <summary>Service type of every message, at most 5 ASCII characters (default empty: the centre's default).</summary>
    [StringLength(5)]
    public string ServiceType { get; set; } = string.Empty;

    /// <summary>Sender when a message names none: a number of at most 15 digits (a leading <c>+</c> is allowed), or at most 11 letters, digits and spaces. Default empty: the centre's own.</summary>
    [StringLength(20)]
    public string SourceAddress { get; set; } = string.Empty;

    /// <summary>Type of number of the sender, 0 to 6. Default null: 5 (alphanumeric) for letters, 3 (network specific) for up to 6 digits, 1 (international) for more, 0 without a sender.</summary>
    [Range(0, 6)]
    public int? SourceTon { get; set; }

    /// <summary>Numbering plan of the sender, 0 to 18. Default null: 1 (E.164) for an international number, else 0.</summary>
    [Range(0, 18)]
    public int? SourceNpi { get; set; }

    /// <summary>Type of number of <see cref="AddressRange"/>, 0 to 6 (default 0).</summary>
    [Range(0, 6)]
    public int AddressTon { get; set; }

    /// <summary>Numbering plan of <see cref="AddressRange"/>, 0 to 18 (default 0).</summary>
    [Range(0, 18)]
    public int AddressNpi { get; set; }

    /// <summary>Addresses whose inbound messages this bind takes, at most 40 characters (default empty).</summary>
    [StringLength(40)]
    public string AddressRange { get; set; } = string.Empty;

    /// <summary>Submits that may be without an answer at one time (default 10, 1 to 1000). Carriers name theirs; further submits wait.</summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 10;

    /// <summary>From the call to the answer, waiting for the window included (default 8 s, 100 ms to 60 s). Of a later answer, within 10 minutes, the message id is kept for the receipts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>For TCP, TLS and bind together (default 10 s, 100 ms to 60 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between keep-alives (default 30 s, 1 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan EnquireInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A session that has not answered a keep-alive for so long is dead (default 10 s, 100 ms to 60 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan EnquireDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shortest pause before a reconnect; it doubles with every failure and is drawn at random between its half and its whole (default 1 s, 10 ms to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause before a reconnect (default 1 min, 10 ms to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How the centre writes message ids in its answers and in its receipts (default <see cref="Smpp.MessageIdFormat.Exact"/>).</summary>
    [EnumDataType(typeof(MessageIdFormat))]
    public MessageIdFormat MessageIdFormat { get; set; } = MessageIdFormat.Exact;

    /// <summary>How a text that needs several messages travels (default <see cref="Smpp.Concatenation.Udh16"/>).</summary>
    [EnumDataType(typeof(Concatenation))]
    public Concatenation Concatenation { get; set; } = Concatenation.Udh16;

    /// <summary><c>data_coding</c> of GSM-7 texts (default 0, 0 to 255).</summary>
    [Range(0, 255)]
    public int Gsm7DataCoding { get; set; }

    /// <summary><c>data_coding</c> of UCS-2 texts (default 8, 0 to 255).</summary>
    [Range(0, 255)]
    public int Ucs2DataCoding { get; set; } = 8;

    /// <summary>How long the centre may try to deliver, 1 minute to 48 hours. Default null: the centre's default.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "2.00:00:00")]
    public TimeSpan? ValidityPeriod { get; set; }

    /// <summary>Command statuses of this carrier that mean "blocked by policy", such as 1057 for 0x421; vendors use 1024 to 1279. Default none.</summary>
    public IList<int> BlockedStatuses { get; } = [];

    /// <summary>Receipts that are stored at one time (default 16, 1 to 256). Up to 10,000 more wait; beyond, the centre is asked to send them again.</summary>
    [Range(1, 256)]
    public int ReceiptConcurrency { get; set; } = 16;

    /// <summary>For storing one receipt; later the centre is asked to send it again (default 10 s, 100 ms to 60 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ReceiptDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether and how the connection is encrypted.</summary>
    public SmppTlsOptions Tls { get; set; } = new();

    /// <inheritdoc/>
    public override string ToString() => $"SMPP {Id} to {Host}:{Port}";
}

/// <summary>TLS 1.2 or 1.3 to the SMS centre. The certificate is always checked.</summary>
public sealed class SmppTlsOptions
{
    /// <summary>Whether TLS is used (default false: centres are often reached through a VPN). Without it a host that is not this machine is warned about at the start.</summary>
    public bool Enabled { get; set; }

    /// <summary>The name that the certificate must have (default null: <see cref="SmppOptions.Host"/>).</summary>
    public string? ServerName { get; set; }

    /// <summary>A PEM file with the certificate authorities to trust instead of the system's (default null).</summary>
    public string? CaFile { get; set; }

    /// <summary>Whether revocation is checked online (default false: the lists are seldom reachable from a carrier network).</summary>
    public bool CheckRevocation { get; set; }
}
