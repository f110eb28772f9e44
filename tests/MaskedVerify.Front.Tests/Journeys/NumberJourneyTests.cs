using MaskedVerify.Domain;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>Numbers as people write them, over HTTP: what is refused, and that one person is one alias.</summary>
public sealed class NumberJourneyTests(LiveFront live) : IClassFixture<LiveFront>
{
    [Theory]
    [InlineData("+1202555O1OO")]
    [InlineData("+4366412345O6")]
    [InlineData("+43664 1234 506⑦")]
    [InlineData("+5501511987654321")]
    public async Task Start_WhenACharacterIsNoPartOfANumber_IsInvalid(string text)
    {
        var answer = await live.Front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{text}}}"}}""");

        Assert.Equal((422, "invalid-phone-number"), (answer.Status, answer.Slug));
    }

    [Theory]
    [InlineData("+4420 7946 0123", "landline")]
    [InlineData("+4470 1234 5678", "personal")]
    [InlineData("+49 900 1234567", "premium")]
    [InlineData("+1 800 555 0123", "toll-free")]
    [InlineData("+49 180 12345", "shared-cost")]
    [InlineData("+44 76 4012 3456", "pager")]
    [InlineData("+44 55 1234 5678", "uan")]
    [InlineData("+870 773 111 632", "network")]
    [InlineData("+881 612 345 678", "network")]
    [InlineData("+882 13 300 655", "network")]
    public async Task Start_WhenTheClassNeedsAWord_IsRefusedAndNamesIt(string text, string word)
    {
        var answer = await live.Front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{text}}}"}}""");

        Assert.Equal((403, "destination-not-allowed"), (answer.Status, answer.Slug));
        Assert.Contains($"`{word}`", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AR", "mobile", "+54 11 3333-4444", "+54 9 11 3333-4444", "+54 11 15 3333-4444")]
    [InlineData("MX", "landline-or-mobile", "+52 1 55 3333 4444", "+52 55 3333 4444")]
    [InlineData("SM", "landline", "+39 0549 883333", "+378 0549 883333", "+378 883333")]
    [InlineData("AT", "mobile", "+43 664 1234 4444", "+43\u200E664\u200B1234\uFE0F4444", "\uFF0B\uFF14\uFF13 664 1234 4444", "+43 (0)664/12344444")]
    public async Task CreateAlias_WhenOnePersonIsWrittenInManyWays_IsOneAlias(string country, string line, params string[] forms)
    {
        var aliases = new HashSet<string?>();
        foreach (var form in forms)
        {
            var answer = await live.Front.SendAsync("POST", "/v1/aliases", $$"""{"phoneNumber":"{{form}}"}""");
            Assert.Equal(aliases.Count == 0 ? 201 : 200, answer.Status);
            Assert.Equal((country, line), ((string?)answer.Json["destination"]!["country"], (string?)answer.Json["destination"]!["lineType"]));
            aliases.Add((string?)answer.Json["alias"]);
        }

        Assert.Single(aliases);
    }

    /// <summary>An alias of a landline may be made (a call may reach it); a text message to it is refused, also when it is named by its alias.</summary>
    [Fact]
    public async Task Start_ByTheAliasOfALandline_IsRefused()
    {
        var made = await live.Front.SendAsync("POST", "/v1/aliases", """{"phoneNumber":"+44 20 7946 0777"}""");
        Assert.Equal(201, made.Status);

        var answer = await live.Front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"alias":"{{{(string?)made.Json["alias"]}}}"}}""");

        Assert.Equal((403, "destination-not-allowed"), (answer.Status, answer.Slug));
        Assert.Contains("`landline`", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+54 11 3333-5555", "+5491133335555")]
    [InlineData("+52 1 55 3333 5555", "+525533335555")]
    public async Task Start_WhenTheOtherFormIsWritten_GoesToTheKeptOne(string written, string kept)
    {
        var first = await live.StartAsync(written);
        Assert.Equal((201, "accepted"), (first.Status, (string?)first.Json["attempts"]![0]!["status"]));

        Assert.True(PhoneNumber.TryParse(written, out var number));
        Assert.Equal(kept, number.Reveal());
        var again = await live.Front.SendAsync("POST", "/v1/aliases", $$"""{"phoneNumber":"{{kept}}"}""");
        Assert.Equal((200, (string?)first.Json["alias"]), (again.Status, (string?)again.Json["alias"]));
    }
}
