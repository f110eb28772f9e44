using System.Globalization;
using System.Numerics;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>Brings the ids of answers and receipts into one form, so that equal texts mean the same message. Pure.</summary>
internal static class MessageIds
{
    /// <summary>The canonical form of an id in submit_sm_resp.</summary>
    public static string OfAnswer(MessageIdFormat format, string id) => Canonical(id, format switch
    {
        MessageIdFormat.Decimal or MessageIdFormat.DecimalThenHexadecimal => NumberStyles.None,
        MessageIdFormat.Hexadecimal or MessageIdFormat.HexadecimalThenDecimal => NumberStyles.AllowHexSpecifier,
        _ => null,
    });

    /// <summary>The canonical form of an id in a receipt.</summary>
    public static string OfReceipt(MessageIdFormat format, string id) => Canonical(id, format switch
    {
        MessageIdFormat.Decimal or MessageIdFormat.HexadecimalThenDecimal => NumberStyles.None,
        MessageIdFormat.Hexadecimal or MessageIdFormat.DecimalThenHexadecimal => NumberStyles.AllowHexSpecifier,
        _ => null,
    });

    // A text that is no number of the announced notation stays as it is: it can still match itself.
    private static string Canonical(string id, NumberStyles? style)
    {
        var text = id.Trim(' ', '\0');
        if (style is not { } numeric)
        {
            return text;
        }

        // A leading zero keeps a hexadecimal first digit of 8-f from being read as a sign.
        var digits = numeric == NumberStyles.AllowHexSpecifier ? "0" + text : text;
        return text.Length > 0 && BigInteger.TryParse(digits, numeric, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : text;
    }
}
