namespace MaskedVerify.Carriers.Text;

/// <summary>
/// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1), one octet per septet, as SMPP carries it under
/// <c>data_coding</c> 0: the SMS centre packs.
/// </summary>
public static class Gsm7
{
    /// <summary>The octet that announces a character of the extension table.</summary>
    public const byte Escape = 0x1B;

    // Position is the septet; the escape's own place holds a character that never matches.
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\uFFFFÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static readonly (byte Septet, char Character)[] s_extension =
    [
        (0x0A, '\f'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2F, '\\'), (0x3C, '['), (0x3D, '~'), (0x3E, ']'), (0x40, '|'), (0x65, '€'),
    ];

    // By character: 0-127 basic, 0x100 + septet extension, -1 neither. The alphabet ends at Ω (U+03A9), but for the euro sign.
    private static readonly short[] s_codes = BuildCodes();

    /// <summary>Whether every character is in the alphabet or its extension.</summary>
    public static bool CanEncode(ReadOnlySpan<char> text) => Septets(text) >= 0;

    /// <summary>Septets the text takes (an extension character takes two), or -1 when a character is not in the alphabet.</summary>
    public static int Septets(ReadOnlySpan<char> text)
    {
        var sum = 0;
        foreach (var c in text)
        {
            var cost = Cost(c);
            if (cost == 0)
            {
                return -1;
            }

            sum += cost;
        }

        return sum;
    }

    /// <summary>Septets of one character: 1, 2, or 0 when it is not in the alphabet.</summary>
    public static int Cost(char c) => Code(c) switch
    {
        < 0 => 0,
        < 0x100 => 1,
        _ => 2,
    };

    /// <summary>One octet per septet.</summary>
    /// <exception cref="ArgumentException">A character is not in the alphabet: ask <see cref="CanEncode"/> first.</exception>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var septets = Septets(text);
        if (septets < 0)
        {
            throw new ArgumentException("The text has a character outside of the GSM 7-bit alphabet.", nameof(text));
        }

        var octets = new byte[septets];
        var at = 0;
        foreach (var c in text)
        {
            var code = Code(c);
            if (code >= 0x100)
            {
                octets[at++] = Escape;
            }

            octets[at++] = (byte)(code & 0x7F);
        }

        return octets;
    }

    /// <summary>Text of unpacked octets. An octet above 127 becomes U+FFFD; an unknown extension character shows its basic one (TS 23.038 §6.2.1.1); a trailing escape is dropped.</summary>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new char[octets.Length];
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] != Escape)
            {
                text[length++] = octets[i] < 128 ? Basic[octets[i]] : '\uFFFD';
            }
            else if (++i < octets.Length)
            {
                text[length++] = Extended(octets[i]);
            }
        }

        return new string(text, 0, length);
    }

    private static char Extended(byte octet)
    {
        foreach (var (septet, character) in s_extension)
        {
            if (septet == octet)
            {
                return character;
            }
        }

        return octet is < 128 and not Escape ? Basic[octet] : '\uFFFD';
    }

    private static int Code(char c) => c < s_codes.Length ? s_codes[c] : c == '€' ? 0x165 : -1;

    private static short[] BuildCodes()
    {
        var codes = new short['Ω' + 1];
        Array.Fill(codes, (short)-1);
        for (var i = 0; i < Basic.Length; i++)
        {
            if (i != Escape)
            {
                codes[Basic[i]] = (short)i;
            }
        }

        foreach (var (septet, character) in s_extension)
        {
            if (character < codes.Length)
            {
                codes[character] = (short)(0x100 + septet);
            }
        }

        return codes;
    }
}
