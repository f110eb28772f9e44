using System.Globalization;
using System.Numerics;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>Brings the ids of answers and receipts into one form, so that equal texts mean the same message. Pure.</summary>
internal static class MessageIds
{
    /// <summary>The canonical form of an id in submit_sm_resp.</summary>
    public static string OfAnswer(MessageIdFormat format, string id) => format switch
    {
        MessageIdFormat.Decimal => Canonical(id, NumberStyles.None, "R"),
        MessageIdFormat.DecimalThenHexadecimal => Canonical(id, NumberStyles.None, "x"),
        MessageIdFormat.Hexadecimal or MessageIdFormat.HexadecimalThenDecimal => Canonical(id, NumberStyles.AllowHexSpecifier, "x"),
        _ => Trim(id),
    };

    /// <summary>The canonical form of an id in a receipt.</summary>
    public static string OfReceipt(MessageIdFormat format, string id) => format switch
    {
        MessageIdFormat.Decimal => Canonical(id, NumberStyles.None, "R"),
        MessageIdFormat.HexadecimalThenDecimal => Canonical(id, NumberStyles.None, "x"),
        MessageIdFormat.Hexadecimal or MessageIdFormat.DecimalThenHexadecimal => Canonical(id, NumberStyles.AllowHexSpecifier, "x"),
        _ => Trim(id),
    };

    private static string Trim(string id) => id.Trim(' ', '\0');

    // Hexadecimal wherever one side is: it is never longer than what was read. A text that is no number of its notation stays as it is: it can still match itself.
    private static string Canonical(string id, NumberStyles style, string canonical)
    {
        var text = Trim(id);

        // A leading zero keeps a first hexadecimal digit of 8-f from being read as a sign.
        var digits = style == NumberStyles.AllowHexSpecifier ? "0" + text : text;
        if (text.Length == 0 || !BigInteger.TryParse(digits, style, CultureInfo.InvariantCulture, out var number))
        {
            return text;
        }

        // The format "x" puts a zero before a first digit of 8-f, for the same reason.
        var written = number.ToString(canonical, CultureInfo.InvariantCulture).TrimStart('0');
        return written.Length > 0 ? written : "0";
    }
}
