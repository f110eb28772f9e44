using System.Buffers.Binary;

namespace MaskedVerify.Carriers.Text;

/// <summary>Chooses the alphabet of a text and cuts it into the parts that a device joins again. Pure.</summary>
public static class MessageSegments
{
    /// <summary>Most parts of one text: the header counts them in one octet.</summary>
    public const int MaxParts = 255;

    /// <summary>GSM-7 when every character is in it, else UCS-2.</summary>
    public static TextAlphabet AlphabetOf(ReadOnlySpan<char> text) => Gsm7.CanEncode(text) ? TextAlphabet.Gsm7 : TextAlphabet.Ucs2;

    /// <summary>Room of a text that goes in one message: 160 septets or 70 UTF-16 units.</summary>
    public static int SingleLimit(TextAlphabet alphabet) => alphabet == TextAlphabet.Gsm7 ? 160 : 70;

    /// <summary>Room of each part of a longer text: 153 or 152 septets, 67 or 66 UTF-16 units.</summary>
    public static int PartLimit(TextAlphabet alphabet, ConcatenationReference reference) => (alphabet, reference) switch
    {
        (TextAlphabet.Gsm7, ConcatenationReference.EightBit) => 153,
        (TextAlphabet.Gsm7, _) => 152,
        (_, ConcatenationReference.EightBit) => 67,
        _ => 66,
    };

    /// <summary>Room the text takes, in septets or UTF-16 units.</summary>
    /// <exception cref="ArgumentException">A character is not in the alphabet.</exception>
    public static int Measure(ReadOnlySpan<char> text, TextAlphabet alphabet)
    {
        var room = alphabet == TextAlphabet.Gsm7 ? Gsm7.Septets(text) : text.Length;
        return room >= 0 ? room : throw new ArgumentException("The text has a character outside of the alphabet.", nameof(text));
    }

    /// <summary>Whether the text fits one message in the best alphabet for it.</summary>
    public static bool FitsOne(ReadOnlySpan<char> text)
    {
        var alphabet = AlphabetOf(text);
        return Measure(text, alphabet) <= SingleLimit(alphabet);
    }

    /// <summary>Parts of the text in the best alphabet for it, at least 1.</summary>
    public static int Count(string text, ConcatenationReference reference = ConcatenationReference.SixteenBit) =>
        Split(text, AlphabetOf(text), reference).Count;

    /// <summary>
    /// The parts, in order; together they are the text. A character is never cut: neither a surrogate pair nor the two septets of an extension character.
    /// </summary>
    /// <exception cref="ArgumentException">A character is not in the alphabet.</exception>
    public static IReadOnlyList<string> Split(string text, TextAlphabet alphabet, ConcatenationReference reference)
    {
        if (Measure(text, alphabet) <= SingleLimit(alphabet))
        {
            return [text];
        }

        var limit = PartLimit(alphabet, reference);
        var parts = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = End(text, start, alphabet, limit);
            parts.Add(text[start..end]);
            start = end;
        }

        return parts;
    }

    /// <summary>The octets of a part: one per septet, or UTF-16 big endian.</summary>
    /// <exception cref="ArgumentException">A character is not in the alphabet.</exception>
    public static byte[] Encode(ReadOnlySpan<char> part, TextAlphabet alphabet)
    {
        if (alphabet == TextAlphabet.Gsm7)
        {
            return Gsm7.Encode(part);
        }

        // By hand, because Encoding.BigEndianUnicode would replace a lone surrogate that the caller wrote.
        var octets = new byte[part.Length * 2];
        for (var i = 0; i < part.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(i * 2), part[i]);
        }

        return octets;
    }

    /// <summary>The reverse of <see cref="Encode"/>; a trailing odd octet of UCS-2 is dropped.</summary>
    public static string Decode(ReadOnlySpan<byte> octets, TextAlphabet alphabet)
    {
        if (alphabet == TextAlphabet.Gsm7)
        {
            return Gsm7.Decode(octets);
        }

        var text = new char[octets.Length / 2];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (char)BinaryPrimitives.ReadUInt16BigEndian(octets[(i * 2)..]);
        }

        return new string(text);
    }

    private static int End(string text, int start, TextAlphabet alphabet, int limit)
    {
        var room = 0;
        var end = start;
        while (end < text.Length)
        {
            var units = end + 1 < text.Length && char.IsSurrogatePair(text[end], text[end + 1]) ? 2 : 1;
            var cost = alphabet == TextAlphabet.Gsm7 ? Gsm7.Cost(text[end]) : units;
            if (room + cost > limit)
            {
                break;
            }

            room += cost;
            end += units;
        }

        return end;
    }
}
