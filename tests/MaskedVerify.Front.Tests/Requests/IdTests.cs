using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Requests;

/// <summary>Wrong, foreign and malformed ids: one answer, byte for byte, and no grain for those that fail their tag.</summary>
public sealed class IdTests : IClassFixture<ScriptedFront>
{
    private static readonly TenantId s_other = TenantId.Parse("tn-other");
    private readonly ScriptedFront _fixture;
    private readonly IIdTagger _tagger;

    public IdTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
        _tagger = fixture.Front.Services.GetRequiredService<IIdTagger>();
    }

    public static TheoryData<string, string, string?> OfVerifications => new()
    {
        { "GET", "/v1/verifications/{id}", null },
        { "POST", "/v1/verifications/{id}/check", """{"code":"123456"}""" },
        { "POST", "/v1/verifications/{id}/resend", null },
        { "POST", "/v1/verifications/{id}/cancel", null },
    };

    public static TheoryData<string, string, string?> OfAliases => new()
    {
        { "GET", "/v1/aliases/{id}", null },
        { "DELETE", "/v1/aliases/{id}", null },
        { "POST", "/v1/verifications", """{"to":{"alias":"{id}"}}""" },
    };

    [Theory]
    [MemberData(nameof(OfVerifications))]
    public async Task Verification_WhenUnknownForeignOrMalformed_IsTheSame404(string method, string path, string? body)
    {
        var own = _fixture.OwnVerification.Value;
        var foreign = _tagger.NewVerification(s_other, _tagger.NewAlias(s_other)).Value;
        await AssertSameAsync(method, path, body, unknown: own, [foreign, Edited(own), "vf-", "x", own.ToUpperInvariant(), own + "0", _fixture.OwnAlias.Value, "%20", new string('a', 300)]);
    }

    [Theory]
    [MemberData(nameof(OfAliases))]
    public async Task Alias_WhenUnknownForeignOrMalformed_IsTheSame404(string method, string path, string? body)
    {
        var own = _fixture.OwnAlias.Value;
        var foreign = _tagger.NewAlias(s_other).Value;
        await AssertSameAsync(method, path, body, unknown: own, [foreign, Edited(own), "pa-", "x", own.ToUpperInvariant(), own + "0", _fixture.OwnVerification.Value]);
    }

    private async Task AssertSameAsync(string method, string path, string? body, string unknown, IReadOnlyList<string> refused)
    {
        var front = _fixture.Front;
        foreach (var id in refused)
        {
            var answer = await Send(id);
            Assert.True(answer.Status == 404, $"{id}: {answer.Status}");
        }

        Assert.Empty(_fixture.Vault.Calls);

        _fixture.Vault.Reply(ReplyKind.NotFound);
        var expected = await Send(unknown);
        Assert.Single(_fixture.Vault.Calls);
        Assert.Equal("not-found", expected.Slug);
        foreach (var id in refused)
        {
            var answer = await Send(id);
            Assert.Equal(expected.Body, answer.Body);
            Assert.Equal(WithoutDate(expected), WithoutDate(answer));
        }

        Task<Answer> Send(string id) => front.SendAsync(method, path.Replace("{id}", id, StringComparison.Ordinal), body?.Replace("{id}", id, StringComparison.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, string>> WithoutDate(Answer answer) =>
        answer.Headers.Where(h => h.Key != "Date").OrderBy(h => h.Key, StringComparer.Ordinal);

    // One character of the tag changed.
    private static string Edited(string id) => id[..^1] + (id[^1] == '0' ? '1' : '0');
}
