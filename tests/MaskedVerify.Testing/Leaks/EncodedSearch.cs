namespace MaskedVerify.Testing;

/// <summary>Decodes base64 (both alphabets, every alignment) and hexadecimal inside a text, for another look at what comes out.</summary>
internal static class EncodedSearch
{
    private const int LeastBase64 = 8;
    private const int LeastHex = 8;

    /// <summary>Calls <paramref name="found"/> with the bytes of every stretch that could be base64 or hexadecimal.</summary>
    public static void Decode(string text, Action<string, byte[]> found)
    {
        foreach (var (start, length) in Stretches(text, static c => Base64Value(c) >= 0, LeastBase64))
        {
            for (var skip = 0; skip < 4 && length - skip >= LeastBase64; skip++)
            {
                found("base64", Base64(text.AsSpan(start + skip, length - skip)));
            }
        }

        foreach (var (start, length) in Stretches(text, char.IsAsciiHexDigit, LeastHex))
        {
            for (var skip = 0; skip < 2; skip++)
            {
                var even = (length - skip) / 2 * 2;
                found("hex", Convert.FromHexString(text.AsSpan(start + skip, even)));
            }
        }
    }

    private static IEnumerable<(int Start, int Length)> Stretches(string text, Func<char, bool> belongs, int least)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && belongs(text[i]))
            {
                continue;
            }

            if (i - start >= least)
            {
                yield return (start, i - start);
            }

            start = i + 1;
        }
    }

    private static byte[] Base64(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 6 / 8];
        var (bits, count, next) = (0, 0, 0);
        foreach (var c in text)
        {
            bits = (bits << 6) | Base64Value(c);
            count += 6;
            if (count >= 8)
            {
                count -= 8;
                bytes[next++] = (byte)(bits >> count);
                bits &= (1 << count) - 1;
            }
        }

        return bytes;
    }

    private static int Base64Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' or '-' => 62,
        '/' or '_' => 63,
        _ => -1,
    };
}
