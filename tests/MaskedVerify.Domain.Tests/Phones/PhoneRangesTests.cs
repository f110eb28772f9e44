namespace MaskedVerify.Domain.Tests.Phones;

/// <summary>The operator's own ranges.</summary>
public sealed class PhoneRangesTests
{
    private const string Ohio = """{ "prefix": "+1436", "digits": 11, "country": "US", "lineType": "landline-or-mobile", "since": "2024-03-01", "source": "PUCO, overlay 440/436" }""";
    private const string Late = """{ "prefix": "+1436999", "digits": 11, "country": "US", "lineType": "premium", "since": "2025-01-01", "source": "test" }""";

    [Fact]
    public void TryParse_WhenOnlyTheFileKnowsTheRange_IsValidAndDescribed()
    {
        Assert.False(PhoneNumber.TryParse("+1 436 234 5678", out _));

        Assert.True(PhoneNumber.TryParse("+1 436 234 5678", Ranges(Ohio), out var number));
        Assert.Equal("+14362345678", number.Reveal());
        Assert.Equal(new PhoneDestination("US", LineType.LandlineOrMobile), PhonePlan.Describe("14362345678", Ranges(Ohio)));
        Assert.True(PhoneNumber.TryParse("+1 (1) 436 234 5678", Ranges(Ohio), out var withTrunk));
        Assert.Equal(number, withTrunk);
        Assert.False(PhoneNumber.TryParse("+1 436 234 567", Ranges(Ohio), out _));
    }

    [Fact]
    public void Describe_WhenRangesOverlap_TheLongerPrefixWins()
    {
        Assert.Equal(LineType.Premium, PhonePlan.Describe("14369995678", Ranges(Ohio, Late)).LineType);
        Assert.Equal(LineType.LandlineOrMobile, PhonePlan.Describe("14369985678", Ranges(Late, Ohio)).LineType);
    }

    [Fact]
    public void Describe_WhenTheFileKnowsBetterThanTheLibrary_TheFileWins() =>
        Assert.Equal(new PhoneDestination("DE", LineType.Voip), PhonePlan.Describe("4915123456789", Ranges(
            """{ "prefix": "+49151", "digits": 13, "country": "DE", "lineType": "voip", "since": "2026-01-01", "source": "test" }""")));

    [Fact]
    public void Digest_DependsOnRangesAndNotOnLayout()
    {
        Assert.Equal(Ranges(Ohio, Late).Digest, Ranges(Late, Ohio.Replace(", \"", ",\n  \"", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(Ranges(Ohio).Digest, Ranges(Ohio, Late).Digest);
        Assert.NotEqual(Ranges(Ohio).Digest, Ranges(Ohio.Replace("landline-or-mobile", "mobile", StringComparison.Ordinal)).Digest);
        Assert.Equal("none", Ranges().Digest);
        Assert.Matches("^[0-9a-f]{16}$", Ranges(Ohio).Digest);
    }

    [Theory]
    [InlineData("\"prefix\": \"+1436\"", "\"prefix\": \"1436\"", "Range 1: prefix must be + and")]
    [InlineData("\"prefix\": \"+1436\"", "\"prefix\": \"+49436\"", "Range 1: prefix does not begin with the calling code of US.")]
    [InlineData("\"digits\": 11", "\"digits\": 16", "Range 1: digits must be how many digits a number has in all, 7 to 15, and no fewer than the prefix; it is 16.")]
    [InlineData("\"country\": \"US\"", "\"country\": \"UK\"", "Range 1: country: UK is not the code of a country: write GB.")]
    [InlineData("\"country\": \"US\"", "\"country\": \"ZZ\"", "Range 1: prefix does not begin with the calling code of ZZ.")]
    [InlineData("landline-or-mobile", "fixed", "Range 1: lineType must be one of unknown, mobile, landline")]
    [InlineData("2024-03-01", "1 March 2024", "Range 1: since must be the day")]
    [InlineData("PUCO, overlay 440/436", " ", "Range 1: source must name the document")]
    [InlineData("\"source\"", "\"from\": \"x\", \"source\"", "It is not the JSON of ranges (line 1)")]
    [InlineData("\"since\": \"2024-03-01\", ", "", "It is not the JSON of ranges (line 1)")]
    public void Parse_WhenSomethingIsWrong_SaysWhatAndWhere(string right, string wrong, string expected)
    {
        var mistakes = new List<string>();

        Assert.Null(PhoneRangesFile.Parse(File(Ohio.Replace(right, wrong, StringComparison.Ordinal)), mistakes));
        Assert.Contains(mistakes, m => m.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_WhenManyThingsAreWrong_TellsAll()
    {
        var mistakes = new List<string>();

        Assert.Null(PhoneRangesFile.Parse(File(Ohio, Ohio, """{ "prefix": "", "digits": 1, "country": "", "lineType": "", "since": "", "source": "" }""", "null"), mistakes));
        Assert.Equal(8, mistakes.Count);
        Assert.Contains("+1436 with 11 digits stands there 2 times.", mistakes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Parse_WhenItIsAnotherDocument_SaysSo(string json)
    {
        var mistakes = new List<string>();

        Assert.Null(PhoneRangesFile.Parse(json, mistakes));
        Assert.Single(mistakes);
    }

    private static PhoneRanges Ranges(params string[] entries)
    {
        var mistakes = new List<string>();
        var ranges = PhoneRangesFile.Parse(File(entries), mistakes);
        Assert.Empty(mistakes);
        return ranges!;
    }

    private static string File(params string[] entries) => $$"""{ "ranges": [ {{string.Join(", ", entries)}} ] }""";
}
