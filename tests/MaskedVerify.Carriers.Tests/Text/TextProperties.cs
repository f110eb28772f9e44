using FsCheck;
using FsCheck.Fluent;

namespace MaskedVerify.Carriers.Tests.Text;

/// <summary>Texts of the kinds that matter: plain GSM-7, extension characters, UCS-2, surrogate pairs, lone surrogates, all mixed and long.</summary>
public sealed class TextArbitraries
{
    private const string GsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCZÄÖÑÜ§¿abczäöñüà";
    private const string GsmExtension = "\f^{}\\[~]|€";

    public static Arbitrary<GsmText> GsmTexts() =>
        (from length in Gen.Choose(0, 700)
         from share in Gen.Choose(0, 3)
         from characters in Gen.Elements(Characters(share)).ListOf(length)
         select new GsmText(new string([.. characters]))).ToArbitrary();

    public static Arbitrary<WildText> WildTexts() =>
        (from count in Gen.Choose(0, 300)
         from pieces in Gen.Elements("a", "é", "验", "證", "ك", "😀", "𠮷", "\ud83d", "\ude00", "€", "{", "\n").ListOf(count)
         select new WildText(string.Concat(pieces))).ToArbitrary();

    private static char[] Characters(int share) => share switch
    {
        0 => [.. GsmBasic],
        1 => [.. GsmExtension],
        _ => [.. GsmBasic, .. GsmExtension],
    };
}

public sealed record GsmText(string Value);

public sealed record WildText(string Value);
