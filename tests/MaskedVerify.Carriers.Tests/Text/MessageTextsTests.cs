using System.Globalization;
using MaskedVerify.Carriers.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Tests.Text;

public sealed class MessageTextsTests
{
    public static TheoryData<string> Locales => [.. MessageTexts.Locales];

    [Fact]
    public void Locales_AreThePromisedOnes() => Assert.Equal(["ar", "de", "en", "es", "fr", "ja", "zh-CN", "zh-TW"], MessageTexts.Locales);

    [Theory]
    [MemberData(nameof(Locales))]
    public void Compose_WhenUsualBrand_IsOneSegmentWithBrandCodeAndMinutes(string locale)
    {
        foreach (var (brand, minutes) in new[] { ("Acme", 5), ("Ácme Ltd", 10), ("王牌商店", 1), ("", 2), ("سوق", 3), ("Shop 1234", 5), ("MaskedVerify Marketplace Germany", 9) })
        {
            var text = MessageTexts.Compose(locale, brand, "135790", TimeSpan.FromMinutes(minutes), Channel.Sms);
            Assert.True(MessageSegments.FitsOne(text), text);
            Assert.Contains(brand, text, StringComparison.Ordinal);
            Assert.Equal("135790", CodeFinder.Find(text));
            if (locale != "ar")
            {
                Assert.Contains(minutes.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            }
        }
    }

    // The wording is seen by people: a change of it is meant, and is made here too.
    [Theory]
    [InlineData("en", "Acme: 123456 is your verification code. It expires in 5 min. Do not share it with anyone.")]
    [InlineData("es", "Acme: 123456 es tu clave de acceso. Caduca en 5 min. No la compartas con nadie.")]
    [InlineData("fr", "Acme : 123456 est votre code de validation. Il expire dans 5 min. Ne le communiquez à personne.")]
    [InlineData("de", "Acme: 123456 ist Ihr Bestätigungscode. Er gilt 5 Min. Geben Sie ihn an niemanden weiter.")]
    [InlineData("zh-CN", "【Acme】您的验证码是123456，5分钟内有效。请勿泄露给他人。")]
    [InlineData("zh-TW", "【Acme】您的驗證碼是123456，5分鐘內有效。請勿告訴他人。")]
    [InlineData("ja", "【Acme】認証コードは123456です。有効期限は5分です。他人に教えないでください。")]
    [InlineData("ar", "\u200FAcme: رمز التحقق 123456، صالح لمدة 5 دقائق. لا تشاركه.")]
    public void Compose_WhenEachLocale_IsThisText(string locale, string text) =>
        Assert.Equal(text, MessageTexts.Compose(locale, "Acme", "123456", TimeSpan.FromMinutes(5), Channel.Sms));

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    [InlineData("fr")]
    [InlineData("de")]
    public void Compose_WhenLatinLocale_NeedsOnlyGsm7(string locale) =>
        Assert.Equal(TextAlphabet.Gsm7, MessageSegments.AlphabetOf(MessageTexts.Compose(locale, "Acme", "123456", TimeSpan.FromMinutes(5), Channel.Sms)));

    [Theory]
    [MemberData(nameof(Locales))]
    public void Compose_WhenVoice_SaysTheDigitsOneByOneTwice(string locale)
    {
        var text = MessageTexts.Compose(locale, "Shop 1234", "4071", TimeSpan.FromMinutes(5), Channel.Voice);
        Assert.Equal(3, text.Split("4, 0, 7, 1").Length);
        Assert.Equal("4071", CodeFinder.Find(text));
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("0000000000")]
    [InlineData("007007")]
    public void CodeFinder_WhenAnyLengthOfCode_FindsIt(string code)
    {
        foreach (var locale in MessageTexts.Locales)
        {
            Assert.Equal(code, CodeFinder.Find(MessageTexts.Compose(locale, "Bank 24, 1, 2, 3, 4", code, TimeSpan.FromMinutes(10), Channel.Sms)));
            Assert.Equal(code, CodeFinder.Find(MessageTexts.Compose(locale, "Bank 24, 1, 2, 3, 4", code, TimeSpan.FromMinutes(10), Channel.Voice)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no code here")]
    [InlineData("123 and 12345678901")]
    public void CodeFinder_WhenNoRunOfFourToTen_IsEmpty(string text) => Assert.Empty(CodeFinder.Find(text));

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("en-GB", "en")]
    [InlineData("pt-BR", "en")]
    [InlineData("ES-mx", "es")]
    [InlineData("fr_CA", "fr")]
    [InlineData("zh", "zh-CN")]
    [InlineData("zh-SG", "zh-CN")]
    [InlineData("zh-Hans-HK", "zh-CN")]
    [InlineData("zh-Hant", "zh-TW")]
    [InlineData("zh-hk", "zh-TW")]
    [InlineData("zh-TW", "zh-TW")]
    [InlineData("---", "en")]
    public void ResolveLocale_WhenTag_FallsBackToLanguageThenEnglish(string? tag, string expected) => Assert.Equal(expected, MessageTexts.ResolveLocale(tag));

    [Fact]
    public void Compose_WhenChinese_PutsTheBrandInBracketsOnce()
    {
        Assert.StartsWith("【Acme】您的验证码是123456，5分钟", MessageTexts.Compose("zh-CN", "Acme", "123456", TimeSpan.FromMinutes(5), Channel.Sms));
        Assert.StartsWith("【Acme】您", MessageTexts.Compose("zh-CN", "【Acme】", "123456", TimeSpan.FromMinutes(5), Channel.Sms));
    }

    [Fact]
    public void Compose_WhenArabic_IsARightToLeftParagraphWithTheRightPlural()
    {
        Assert.StartsWith("\u200FAcme: ", MessageTexts.Compose("ar", "Acme", "123456", TimeSpan.FromMinutes(5), Channel.Sms));
        Assert.Contains("دقيقتين", MessageTexts.Compose("ar-EG", "Acme", "123456", TimeSpan.FromMinutes(2), Channel.Sms));
        Assert.Contains("5 دقائق", MessageTexts.Compose("ar", "Acme", "123456", TimeSpan.FromMinutes(5.9), Channel.Sms));
    }

    [Fact]
    public void Compose_WhenBrandIsHostile_HasNoLineBreakOverrideOrEndlessText()
    {
        var text = MessageTexts.Compose("en", "A\r\nB\u202EC\u2028" + new string('x', 1000), "123456", TimeSpan.FromMinutes(5), Channel.Sms);
        Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u202E' or '\u2028');
        Assert.True(text.Length < 140);
    }

    [Fact]
    public void Compose_WhenCutWouldSplitAPair_DropsThePair() =>
        Assert.StartsWith(new string('x', 31) + ": ", MessageTexts.Compose("en", new string('x', 31) + "😀", "123456", TimeSpan.FromMinutes(5), Channel.Sms));
}
