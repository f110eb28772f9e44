using System.Text.Json;
using FsCheck.Xunit;
using MaskedVerify.Cli.Tenants;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Cli.Tests.Tenants;

public sealed class PolicyMembersTests
{
    [Fact]
    public void All_AreTheMembersOfTheServersPolicy()
    {
        var server = typeof(TenantPolicy).GetProperties().Where(p => p.Name != "EqualityContract").Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(StringComparer.Ordinal);
        Assert.Equal(server, PolicyMembers.All.Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("codeLength=8", """{"codeLength":8}""")]
    [InlineData("countries=DE, FR", """{"countries":["DE","FR"]}""")]
    [InlineData("countries=*", """{"countries":["*"]}""")]
    [InlineData("brand=A=B", """{"brand":"A=B"}""")]
    [InlineData("brand=", """{"brand":""}""")]
    [InlineData("brand=12", """{"brand":"12"}""")]
    [InlineData("resendUnknown=true", """{"resendUnknown":true}""")]
    public void Parse_OfOnePair_IsJson(string pair, string json) => Assert.Equal(json, PolicyMembers.Parse([pair]).ToJsonString());

    [Fact]
    public void Parse_WhenSeveralAreWrong_NamesAllOfThem()
    {
        var thrown = Assert.Throws<CliException>(() => PolicyMembers.Parse(["codeLength=six", "nosuch=1", "resendUnknown=yes", "brand", "locale=en", "locale=de", "contexts="]));
        Assert.Equal(ExitCodes.Usage, thrown.ExitCode);
        Assert.Equal(
            ["codeLength: write", "nosuch: there is no", "resendUnknown: write", "brand: write", "locale: is given twice", "contexts: write", "Members: "],
            thrown.Details.Zip(["codeLength: write", "nosuch: there is no", "resendUnknown: write", "brand: write", "locale: is given twice", "contexts: write", "Members: "], (d, e) => d[..Math.Min(d.Length, e.Length)]));
    }

    [Property]
    public bool Parse_OfAnyNumber_KeepsIt(long value) => (long)PolicyMembers.Parse([$"sendsPerUtcDay={value}"])["sendsPerUtcDay"]! == value;

    [Property]
    public bool Parse_OfAnyBrand_KeepsIt(FsCheck.NonNull<string> value) => (string?)PolicyMembers.Parse(["brand=" + value.Get])["brand"] == value.Get;
}
