using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy.Tests;

public sealed class PrivacyOptionsTests
{
    [Fact]
    public void Validate_NamesEveryMistakeAtOnce()
    {
        var options = new PrivacyOptions { Region = "EU|1", KeyCacheSeconds = 301, SubjectKeysCached = 1, TenantKeysCached = 2_000_000 };

        var failures = new PrivacyOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(5, failures.Length);
        foreach (var name in new[] { "Region", "RootKeyPath", "KeyCacheSeconds", "SubjectKeysCached", "TenantKeysCached" })
        {
            Assert.Contains(failures, failure => failure.Contains(name, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Local")]
    [InlineData("a b")]
    [InlineData("local\n")]
    [InlineData("a-region-name-that-is-too-long-123")]
    public void Validate_WhenTheRegionHasNoAcceptableShape_Fails(string region) =>
        Assert.True(new PrivacyOptionsValidator().Validate(null, new PrivacyOptions { Region = region, RootKeyPath = "x" }).Failed);

    [Fact]
    public void Validate_Defaults_NeedOnlyAPath() => Assert.True(new PrivacyOptionsValidator().Validate(null, new PrivacyOptions { RootKeyPath = "x" }).Succeeded);

    [Fact]
    public async Task Start_WithWrongOptions_Fails()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKeysStore>(new Testing.InMemoryKeysStore());
        builder.Services.AddMaskedVerifyPrivacy(options => options.Region = "EU");
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(2, error.Failures.Count());
    }
}
