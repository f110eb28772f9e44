using System.Text;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Smpp.Receipts;

/// <summary>Reads a receipt out of a deliver_sm or data_sm: the optional parameters first, then the text form for what they leave open. Pure.</summary>
internal static class ReceiptReader
{
    private const int MaxError = 4;

    /// <summary>Whether a delivery reports on an earlier message: by the kind of its <c>esm_class</c> or by <c>receipted_message_id</c>, which only a centre writes. Never by its text: anybody can send one.</summary>
    public static bool IsReceipt(MessagePdu pdu) => EsmClass.IsReceipt(pdu.EsmClass) || ReceiptedId(pdu) is not null;

    /// <summary>What the unit reports; null when it names no message.</summary>
    public static ReadReceipt? Read(MessagePdu pdu, MessageIdFormat format)
    {
        var text = ReceiptText.Parse(ReceiptContent.Of(pdu));
        var ids = MessageIds.OfReceipt(format, ReceiptedId(pdu), text.Id);
        if (ids.Count == 0)
        {
            return null;
        }

        var (state, word) = pdu.Find(TlvTag.MessageState) is { Length: 1 } value ? OfNumber(value.Span[0]) : OfWord(text.State);
        return new ReadReceipt(ids, state, Reason(word, text.Error));
    }

    private static string? ReceiptedId(MessagePdu pdu)
    {
        if (pdu.Find(TlvTag.ReceiptedMessageId) is not { IsEmpty: false } value)
        {
            return null;
        }

        var length = value.Span.IndexOf((byte)0);
        var id = length < 0 ? value.Span : value.Span[..length];
        return id.Length is > 0 and <= MessageRespPdu.MaxMessageId ? Encoding.Latin1.GetString(id) : null;
    }

    // §5.2.28; 0 and 9 are of SMPP 5.0.
    private static (AttemptStatus State, string Word) OfNumber(byte state) => state switch
    {
        0 or 1 => (AttemptStatus.Sent, "enroute"),
        2 => (AttemptStatus.Delivered, "delivrd"),
        3 => (AttemptStatus.Undelivered, "expired"),
        4 => (AttemptStatus.Undelivered, "deleted"),
        5 => (AttemptStatus.Undelivered, "undeliv"),
        6 => (AttemptStatus.Sent, "acceptd"),
        8 => (AttemptStatus.Rejected, "rejectd"),
        9 => (AttemptStatus.Rejected, "skipped"),
        _ => (AttemptStatus.Sent, "unknown"),
    };

    // The first letters tell: centres write DELIVRD, DELIVERED, UNDELIV, UNDELIVERABLE, … "unknown" proves no more than that the carrier had it.
    private static (AttemptStatus State, string Word) OfWord(string? word)
    {
        foreach (var (start, state, name) in s_words)
        {
            if (word is not null && word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return (state, name);
            }
        }

        return (AttemptStatus.Sent, "unknown");
    }

    private static readonly (string Start, AttemptStatus State, string Name)[] s_words =
    [
        ("DELIV", AttemptStatus.Delivered, "delivrd"),
        ("UNDEL", AttemptStatus.Undelivered, "undeliv"),
        ("EXPIR", AttemptStatus.Undelivered, "expired"),
        ("DELET", AttemptStatus.Undelivered, "deleted"),
        ("FAIL", AttemptStatus.Undelivered, "failed"),
        ("REJEC", AttemptStatus.Rejected, "rejectd"),
        ("SKIP", AttemptStatus.Rejected, "skipped"),
        ("BLOCK", AttemptStatus.Rejected, "blocked"),
        ("ACCEP", AttemptStatus.Sent, "acceptd"),
        ("ENROU", AttemptStatus.Sent, "enroute"),
    ];

    private static string Reason(string word, string? error) =>
        error is { Length: > 0 and <= MaxError } && error.All(char.IsAsciiLetterOrDigit) && error.Any(c => c != '0') ? $"{word}-{error.ToLowerInvariant()}" : word;
}

/// <summary>A receipt as the centre meant it.</summary>
/// <param name="MessageIds">What it may mean, one to three, see <see cref="Smpp.MessageIds"/>.</param>
/// <param name="State">What it reports.</param>
/// <param name="Reason">A short machine word, such as <c>undeliv-034</c>.</param>
internal sealed record ReadReceipt(IReadOnlyList<string> MessageIds, AttemptStatus State, string Reason);
