namespace MaskedVerify.Domain.Tests.Tenants;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void Create_ThenParse_GivesTheSameKey()
    {
        for (var i = 0; i < 200; i++)
        {
            var key = ApiKeyText.Create(live: i % 2 == 0);
            var text = key.Reveal();

            Assert.Equal(81, text.Length);
            Assert.StartsWith(i % 2 == 0 ? "mv_live_" : "mv_test_", text, StringComparison.Ordinal);
            Assert.True(ApiKeyText.TryParse(text, out var parsed));
            Assert.Equal(key, parsed);
            Assert.Equal(key.SecretHash(), parsed.SecretHash());
            Assert.Equal(text.Substring(8, 13), parsed.KeyId);
        }
    }

    [Fact]
    public void TryParse_WithAnyOneCharacterChanged_IsRefused()
    {
        var text = ApiKeyText.Create(live: true).Reveal();
        for (var place = 0; place < text.Length; place++)
        {
            for (var bit = 0; bit < 7; bit++)
            {
                var changed = text.ToCharArray();
                changed[place] ^= (char)(1 << bit);
                Assert.False(ApiKeyText.TryParse(changed, out _), $"place {place}, bit {bit}");
            }
        }
    }

    [Fact]
    public void Everything_ThatPrints_HidesTheSecret()
    {
        var key = ApiKeyText.Create(live: false);
        var text = key.Reveal();

        MaskingAssert.HidesIts(key, text.Substring(22, 52), $"mv_test_{key.KeyId}_[secret]");
        MaskingAssert.HidesIts(key, text.Substring(22, 8), $"mv_test_{key.KeyId}_[secret]");
    }
}
