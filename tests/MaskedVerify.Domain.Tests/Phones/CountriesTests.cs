namespace MaskedVerify.Domain.Tests.Phones;

public sealed class CountriesTests
{
    [Theory]
    [InlineData("GB")]
    [InlineData("XK")]
    [InlineData("US")]
    public void Refusal_OfACountry_IsNull(string code) => Assert.Null(Countries.Refusal(code));

    [Theory]
    [InlineData("UK", "UK is not the code of a country: write GB.")]
    [InlineData("EL", "EL is not the code of a country: write GR.")]
    [InlineData("de", "de is not the code of a country: write DE.")]
    [InlineData("USA", "USA is not the code of a country: write US.")]
    [InlineData("QQ", "QQ is no country that has phone numbers: write two upper-case letters of ISO 3166-1, such as DE.")]
    [InlineData("ZZ", "ZZ is no country that has phone numbers: write two upper-case letters of ISO 3166-1, such as DE.")]
    [InlineData("001", "A country is two upper-case letters of ISO 3166-1, such as DE.")]
    [InlineData("", "A country is two upper-case letters of ISO 3166-1, such as DE.")]
    [InlineData(null, "A country is two upper-case letters of ISO 3166-1, such as DE.")]
    [InlineData("+14155550123", "A country is two upper-case letters of ISO 3166-1, such as DE.")]
    public void Refusal_OfAnythingElse_SaysWhatToWrite(string? code, string expected) => Assert.Equal(expected, Countries.Refusal(code));
}
