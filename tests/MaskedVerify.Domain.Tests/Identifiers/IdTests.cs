using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Identifiers;

public sealed class IdTests
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    [Property(MaxTest = 2_000)]
    public void Alias_Created_RoundTrips(byte version, DoNotSize<ulong> high, DoNotSize<ulong> low, DoNotSize<ulong> tag)
    {
        var alias = AliasId.Create(Alphabet[version % 32], new UInt128(high.Item, low.Item), tag.Item);

        Assert.Equal(43, alias.Value.Length);
        Assert.True(AliasId.TryParse(alias.Value, out var parsed));
        Assert.Equal(alias, parsed);
        Assert.Equal(alias, JsonSerializer.Deserialize<AliasId>(JsonSerializer.Serialize(alias)));
        Assert.Equal(Alphabet[version % 32], parsed.TagVersion);
        Assert.Equal(tag.Item, parsed.Tag);
        Assert.Equal(alias.Value, string.Concat(parsed.Untagged, parsed.Value.AsSpan(30)));
        Assert.True(Base32.TryRead(parsed.Random, out UInt128 random));
        Assert.Equal(new UInt128(high.Item, low.Item), random);
    }

    [Property(MaxTest = 2_000)]
    public void Verification_Created_RoundTrips(byte version, DoNotSize<ulong> a, DoNotSize<ulong> b, DoNotSize<ulong> c, DoNotSize<ulong> tag)
    {
        var alias = AliasId.Create('1', new UInt128(a.Item, b.Item), c.Item);
        var id = VerificationId.Create(Alphabet[version % 32], alias, new UInt128(c.Item, a.Item), tag.Item);

        Assert.Equal(69, id.Value.Length);
        Assert.True(VerificationId.TryParse(id.Value, out var parsed));
        Assert.Equal(id, parsed);
        Assert.Equal(id, JsonSerializer.Deserialize<VerificationId>(JsonSerializer.Serialize(id)));
        Assert.True(parsed.AliasRandom.SequenceEqual(alias.Random));
        Assert.Equal(tag.Item, parsed.Tag);
    }

    [Property(MaxTest = 3_000)]
    public void Alias_WithOneCharacterChanged_IsRefusedOrAnotherAlias(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var alias = AliasId.Create('1', new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), (ulong)random.NextInt64());
        var text = alias.Value.ToCharArray();
        text[random.Next(text.Length)] ^= (char)(1 << random.Next(8));

        Assert.True(!AliasId.TryParse(new string(text), out var other) || other != alias);
    }

    public static TheoryData<string> MalformedAliases()
    {
        var good = AliasId.Create('1', 12345, 678).Value;
        return
        [
            string.Empty, "pa-", good[..^1], good + "0", " " + good, good + " ", good.ToUpperInvariant(), "PA-" + good[3..], "vf-" + good[3..],
            "pa_" + good[3..], "pa-u" + good[4..], "pa-i" + good[4..], good[..4] + "8" + good[5..], good[..30] + "g" + good[31..], good[..20] + "l" + good[21..],
            good[..20] + "\u0660" + good[21..], good[..20] + "\0" + good[21..], good.Replace('0', 'o'), new string('0', good.Length),
        ];
    }

    [Theory]
    [MemberData(nameof(MalformedAliases))]
    public void TryParse_WhenMalformed_IsRefused(string text)
    {
        Assert.False(AliasId.TryParse(text, out var alias));
        Assert.True(alias.IsNone);
        Assert.Equal(string.Empty, alias.ToString());
        Assert.False(VerificationId.TryParse(text, out _));
        Assert.False(AliasId.TryParse(null, out _));
        Assert.False(VerificationId.TryParse(null, out _));
        Assert.False(VerificationId.TryParse(text.Replace("pa-", "vf-", StringComparison.Ordinal), out _));
    }

    [Property(MaxTest = 1_000)]
    public void TryParse_AnyText_NeverThrowsAndNeverAcceptsWhatItDoesNotPrint(string? text)
    {
        Assert.True(!AliasId.TryParse(text, out var alias) || string.Equals(alias.Value, text, StringComparison.Ordinal));
        Assert.True(!VerificationId.TryParse(text, out var id) || string.Equals(id.Value, text, StringComparison.Ordinal));
        Assert.True(!TenantId.TryParse(text, out var tenant) || string.Equals(tenant.Value, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tn-a", true)]
    [InlineData("tn-0123456789abcdefghjkmnpqrs", true)]
    [InlineData("tn-", false)]
    [InlineData("tn", false)]
    [InlineData("", false)]
    [InlineData("tn-A", false)]
    [InlineData("tn-a|b", false)]
    [InlineData("tn-a+b", false)]
    [InlineData("tn-0123456789012345678901234567890123456", true)]
    [InlineData("tn-01234567890123456789012345678901234567", false)]
    public void Tenant_AcceptsExactlyItsShape(string text, bool accepted) => Assert.Equal(accepted, TenantId.TryParse(text, out _));

    [Fact]
    public void Json_WhenMalformed_NamesTheTypeAndNotTheText()
    {
        foreach (var bad in new[] { "\"+14155550123\"", "14155550123", "null", "\"\"" })
        {
            var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AliasId>(bad));
            Assert.Contains("AliasId", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("4155", error.ToString(), StringComparison.Ordinal);
        }
    }
}
