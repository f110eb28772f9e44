namespace MaskedVerify.Carriers.Smpp.Receipts;

/// <summary>
/// The text form of a delivery receipt (SMPP 3.4 appendix B), read leniently: <c>id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…</c>, in any
/// order, any case, with or without a space after the colon. What follows <c>text:</c> is the message and is never looked at.
/// </summary>
internal readonly record struct ReceiptText(string? Id, string? State, string? Error)
{
    private const int MaxWord = 64;

    public static ReceiptText Parse(ReadOnlySpan<byte> octets)
    {
        var end = FindKey(octets, "text:"u8);
        var head = end < 0 ? octets : octets[..end];
        return new ReceiptText(Word(head, "id:"u8), Word(head, "stat:"u8), Word(head, "err:"u8));
    }

    /// <summary>The message id is not printed.</summary>
    public override string ToString() => $"receipt {State}";

    private static string? Word(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        var at = FindKey(text, key);
        if (at < 0)
        {
            return null;
        }

        var rest = text[(at + key.Length)..].TrimStart((byte)' ');
        var length = rest.IndexOfAny(" \t\r\n\0"u8);
        var word = length < 0 ? rest : rest[..length];
        return word.Length is > 0 and <= MaxWord && word.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0
            ? System.Text.Encoding.ASCII.GetString(word)
            : null;
    }

    // A key counts only where a word begins: "id:" must not be found inside of "msgid:".
    private static int FindKey(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        for (var at = 0; at + key.Length <= text.Length; at++)
        {
            if ((at == 0 || text[at - 1] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                && System.Text.Ascii.EqualsIgnoreCase(text.Slice(at, key.Length), key))
            {
                return at;
            }
        }

        return -1;
    }
}
