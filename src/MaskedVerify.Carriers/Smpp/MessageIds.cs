using System.Globalization;
using System.Numerics;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>Brings the ids of answers and receipts into one form, so that equal texts mean the same message. Pure.</summary>
internal static class MessageIds
{
    /// <summary>The canonical form of an id in submit_sm_resp.</summary>
    public static string OfAnswer(MessageIdFormat format, string id) => InAnswer(format, id) ?? Trim(id);

    /// <summary>The canonical form of an id in a receipt.</summary>
    public static string OfReceipt(MessageIdFormat format, string id) => InReceipt(format, id) ?? Trim(id);

    /// <summary>
    /// The canonical forms of what a receipt may mean, one to three: an id alone in the notation of receipts, or in that of answers if it is no number there; of two ids that
    /// which both mean in some notation, otherwise each, and the optional parameter in both notations.
    /// </summary>
    /// <param name="format">The notations.</param>
    /// <param name="parameter">From <c>receipted_message_id</c>, or null.</param>
    /// <param name="text">From the text, or null.</param>
    public static IReadOnlyList<string> OfReceipt(MessageIdFormat format, string? parameter, string? text)
    {
        string[] ofText = text is null ? [] : [InReceipt(format, text) ?? OfAnswer(format, text)];
        string[] ofParameter = parameter is null ? [] : [InReceipt(format, parameter) ?? OfAnswer(format, parameter)];

        // Numbers given in a row mean other messages in the other notation: it is tried only where the text gives a second opinion.
        ofParameter = parameter is null || text is null ? ofParameter : [.. ofParameter, OfAnswer(format, parameter)];
        string[] ofBoth = [.. ofText.Intersect(ofParameter, StringComparer.Ordinal).Where(id => id.Length > 0)];
        return ofBoth.Length > 0 ? ofBoth : [.. ofParameter.Union(ofText, StringComparer.Ordinal).Where(id => id.Length > 0)];
    }

    private static string? InAnswer(MessageIdFormat format, string id) => format switch
    {
        MessageIdFormat.Decimal => Canonical(id, NumberStyles.None, "R"),
        MessageIdFormat.DecimalThenHexadecimal => Canonical(id, NumberStyles.None, "x"),
        MessageIdFormat.Hexadecimal or MessageIdFormat.HexadecimalThenDecimal => Canonical(id, NumberStyles.AllowHexSpecifier, "x"),
        _ => Text(id),
    };

    private static string? InReceipt(MessageIdFormat format, string id) => format switch
    {
        MessageIdFormat.Decimal => Canonical(id, NumberStyles.None, "R"),
        MessageIdFormat.HexadecimalThenDecimal => Canonical(id, NumberStyles.None, "x"),
        MessageIdFormat.Hexadecimal or MessageIdFormat.DecimalThenHexadecimal => Canonical(id, NumberStyles.AllowHexSpecifier, "x"),
        _ => Text(id),
    };

    private static string Trim(string id) => id.Trim(' ', '\0');

    // Case and hyphens of a UUID carry no meaning, and centres change them between answer and receipt. Of any other text they may.
    private static string Text(string id)
    {
        var text = Trim(id);
        return IsUuid(text) ? WithoutHyphens(text).ToLowerInvariant() : text;
    }

    // 32 hexadecimal digits that are no decimal number.
    private static bool IsUuid(string text) => WithoutHyphens(text) is { Length: 32 } digits && digits.All(char.IsAsciiHexDigit) && !text.All(char.IsAsciiDigit);

    private static string WithoutHyphens(string text) => text.Replace("-", string.Empty, StringComparison.Ordinal);

    // Hexadecimal wherever one side is: it is never longer than what was read. Null for a text that is no number of its notation: as it is it can still match itself.
    private static string? Canonical(string id, NumberStyles style, string canonical)
    {
        var text = Trim(id);
        (style, canonical) = IsUuid(text) ? (NumberStyles.AllowHexSpecifier, "x") : (style, canonical);

        // A leading zero keeps a first hexadecimal digit of 8-f from being read as a sign.
        var digits = style == NumberStyles.AllowHexSpecifier ? "0" + WithoutHyphens(text) : text;
        if (text.Length == 0 || !BigInteger.TryParse(digits, style, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        // The format "x" puts a zero before a first digit of 8-f, for the same reason.
        var written = number.ToString(canonical, CultureInfo.InvariantCulture).TrimStart('0');
        return written.Length > 0 ? written : "0";
    }
}
