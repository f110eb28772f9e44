namespace MaskedVerify.Privacy.Tests.Redaction;

public sealed class NumberFinderTests
{
    [Theory]
    [InlineData("+1 415 555 0123")]
    [InlineData("Anna 14155550123")]
    [InlineData("key of 0664 1234567")]
    [InlineData("(415) 555-0123")]
    [InlineData("٠٦٦٤١٢٣٤٥٦٧")]
    public void Finds_WhenANumberStandsInTheText_IsTrue(string text) => Assert.True(NumberFinder.Finds(text));

    [Theory]
    [InlineData("")]
    [InlineData("Acme shop")]
    [InlineData("shop 24, line 3")]
    [InlineData("rotated 2026-12-01")]
    [InlineData("ci-4711")]
    [InlineData("build 10.0.26100.4652")]
    [InlineData("load-3f2a9c71b0e4")]
    public void Finds_WhenThereIsNone_IsFalse(string text) => Assert.False(NumberFinder.Finds(text));
}
