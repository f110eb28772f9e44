using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Testing.Carriers;

/// <summary>How a <see cref="SmppCentre"/> behaves as a whole.</summary>
public sealed class SmppCentreOptions
{
    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The only system id that may bind; null lets everybody.</summary>
    public string? SystemId { get; init; }

    /// <summary>Its password.</summary>
    public string Password { get; init; } = string.Empty;

    /// <summary>Speaks TLS with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Answers binds at all.</summary>
    public bool AnswersBind { get; init; } = true;

    /// <summary>Sent in one write instead of the answer to a bind, by its sequence number; null answers as usual.</summary>
    public Func<uint, ReadOnlyMemory<byte>>? RawBindAnswer { get; init; }

    /// <summary>Answers enquire_link.</summary>
    public bool AnswersEnquireLink { get; init; } = true;

    /// <summary>Message id in submit_sm_resp, by number of the submit.</summary>
    public Func<long, string> AnswerId { get; init; } = number => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same message's id in receipts.</summary>
    public Func<long, string> ReceiptId { get; init; } = number => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Keeps the messages; off for load.</summary>
    public bool KeepsMessages { get; init; } = true;
}
