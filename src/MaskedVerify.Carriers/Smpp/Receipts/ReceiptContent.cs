using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Receipts;

/// <summary>The text of a receipt in one octet a character, whatever a centre wrapped it in. Pure.</summary>
internal static class ReceiptContent
{
    /// <summary>The content without user data header and byte order mark, with UTF-16 brought down to ASCII.</summary>
    public static ReadOnlySpan<byte> Of(MessagePdu pdu)
    {
        var content = pdu.Content.Span;
        return Narrow((pdu.EsmClass & EsmClass.UserDataHeader) != 0 ? WithoutHeader(content) : content);
    }

    // Some centres set the bit and write no header: only octets whose elements fill their length exactly are one (3GPP TS 23.040 §9.2.3.24).
    private static ReadOnlySpan<byte> WithoutHeader(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content[0] == 0 || content[0] >= content.Length)
        {
            return content;
        }

        var elements = content.Slice(1, content[0]);
        while (elements.Length >= 2 && elements[1] <= elements.Length - 2)
        {
            elements = elements[(2 + elements[1])..];
        }

        return elements.IsEmpty ? content[(1 + content[0])..] : content;
    }

    // Told by the octets, as data_coding is often that of the message reported on. What is not ASCII can be no word of a receipt.
    private static ReadOnlySpan<byte> Narrow(ReadOnlySpan<byte> text)
    {
        text = text is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] ? text[2..] : text;
        var high = text is [0, not 0, ..] ? 0 : text is [not 0, 0, not 0, 0, ..] ? 1 : -1;
        if (high < 0)
        {
            return text;
        }

        var narrow = new byte[text.Length / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            narrow[i] = text[(2 * i) + high] == 0 ? text[(2 * i) + 1 - high] : (byte)'?';
        }

        return narrow;
    }
}
