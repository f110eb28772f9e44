using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class TenantPolicyRulesTests
{
    public static TheoryData<string, TenantPolicy> BadPolicies() => new()
    {
        { "contexts", new TenantPolicy { Contexts = [] } },
        { "contexts", new TenantPolicy { Contexts = [.. Enumerable.Range(0, 33).Select(i => $"c{i}")] } },
        { "contexts", new TenantPolicy { Contexts = ["Buyer"] } },
        { "contexts", new TenantPolicy { Contexts = ["a", "a"] } },
        { "contexts", new TenantPolicy { Contexts = [new string('a', 33)] } },
        { "codeLength", new TenantPolicy { CodeLength = 5 } },
        { "codeLength", new TenantPolicy { CodeLength = 11 } },
        { "ttlSeconds", new TenantPolicy { TtlSeconds = 59 } },
        { "ttlSeconds", new TenantPolicy { TtlSeconds = 601 } },
        { "resendPolicy", new TenantPolicy { ResendPolicy = (Domain.ResendPolicy)9 } },
        { "resendSpacingSeconds", new TenantPolicy { ResendSpacingSeconds = 9 } },
        { "maxSendsPerVerification", new TenantPolicy { MaxSendsPerVerification = 0 } },
        { "maxSendsPerVerification", new TenantPolicy { MaxSendsPerVerification = 11 } },
        { "checksPerVerification", new TenantPolicy { ChecksPerVerification = 6 } },
        { "failuresPerDay", new TenantPolicy { FailuresPerDay = 4 } },
        { "failuresPerDay", new TenantPolicy { FailuresPerDay = 21 } },
        { "sendsPerHour", new TenantPolicy { SendsPerHour = 0 } },
        { "sendsPerDay", new TenantPolicy { SendsPerDay = 1_000_001 } },
        { "startsPerSecond", new TenantPolicy { StartsPerSecond = 0 } },
        { "sendsPerUtcDay", new TenantPolicy { SendsPerUtcDay = -1 } },
        { "aliasesPerUtcDay", new TenantPolicy { AliasesPerUtcDay = -1 } },
        { "aliasesPerUtcDay", new TenantPolicy { AliasesPerUtcDay = 1_000_000_001 } },
        { "countries", new TenantPolicy { Countries = ["de"] } },
        { "countries", new TenantPolicy { Countries = ["DEU"] } },
        { "countries", new TenantPolicy { Countries = ["DE", "DE"] } },
        { "countries: UK is not the code of a country: write GB.", new TenantPolicy { Countries = ["DE", "UK"] } },
        { "countries: QQ is no country", new TenantPolicy { Countries = ["QQ"] } },
        { "lists their class, mostly network", new TenantPolicy { Countries = ["ZZ"] } },
        { "lineTypes", new TenantPolicy { LineTypes = [LineType.Mobile] } },
        { "lineTypes", new TenantPolicy { LineTypes = [(LineType)99] } },
        { "lineTypes", new TenantPolicy { LineTypes = [LineType.Premium, LineType.Premium] } },
        { "locale", new TenantPolicy { Locale = "x" } },
        { "locale", new TenantPolicy { Locale = "zh_CN" } },
        { "brand must not hold a phone number", new TenantPolicy { Brand = "call +1 415 555 0123" } },
        { "contexts must not hold a phone number", new TenantPolicy { Contexts = ["default", "14155550123"] } },
        { "brand", new TenantPolicy { Brand = "" } },
        { "brand", new TenantPolicy { Brand = new string('b', 33) } },
        { "brand", new TenantPolicy { Brand = "a\u0007" } },
        { "numberSendsPerHour", new TenantPolicy { NumberSendsPerHour = 0 } },
        { "sendsPerHour must not be more than sendsPerDay", new TenantPolicy { SendsPerHour = 11, SendsPerDay = 10 } },
        { "numberSendsPerHour must not be more than numberSendsPerDay", new TenantPolicy { NumberSendsPerHour = 31, NumberSendsPerDay = 30 } },
        { "numberSendsPerDay", new TenantPolicy { NumberSendsPerDay = 1_000_001 } },
    };

    [Theory]
    [MemberData(nameof(BadPolicies))]
    public void Validate_WhenOneMemberIsWrong_NamesIt(string member, TenantPolicy policy) =>
        Assert.Contains(member, Assert.Single(TenantPolicyRules.Validate(policy, live: true)), StringComparison.Ordinal);

    [Property]
    public void Validate_WhenAnyNumbersAreGiven_NamesExactlyThoseOutOfRange(short codeLength, short ttlSeconds, int sendsPerHour)
    {
        var policy = new TenantPolicy { CodeLength = codeLength % 20, TtlSeconds = ttlSeconds, SendsPerHour = sendsPerHour, SendsPerDay = 1_000_000 };

        var errors = TenantPolicyRules.Validate(policy, live: true);

        Assert.Equal(policy.CodeLength is < 6 or > 10, errors.Any(e => e.Contains("codeLength", StringComparison.Ordinal)));
        Assert.Equal(policy.TtlSeconds is < 60 or > 600, errors.Any(e => e.Contains("ttlSeconds", StringComparison.Ordinal)));
        Assert.Equal(sendsPerHour is < 1 or > 1_000_000, errors.Any(e => e.Contains("sendsPerHour", StringComparison.Ordinal)));
        Assert.All(errors, e => Assert.Matches("codeLength|ttlSeconds|sendsPerHour", e));
    }

    [Fact]
    public void Validate_OfATestTenant_TakesMessagesWithoutSpacing() => Assert.Empty(TenantPolicyRules.Validate(new TenantPolicy { ResendSpacingSeconds = 0 }, live: false));

    [Fact]
    public void Validate_WhenDefault_IsGood() => Assert.Empty(TenantPolicyRules.Validate(new TenantPolicy(), live: true));

    [Fact]
    public void Validate_WhenAtTheEdges_IsGood()
    {
        var least = new TenantPolicy
        {
            CodeLength = 6,
            TtlSeconds = 60,
            ResendSpacingSeconds = 10,
            MaxSendsPerVerification = 1,
            ChecksPerVerification = 1,
            FailuresPerDay = 5,
            SendsPerHour = 1,
            SendsPerDay = 1,
            StartsPerSecond = 1,
            SendsPerUtcDay = 0,
            AliasesPerUtcDay = 0,
            NumberSendsPerHour = 1,
            NumberSendsPerDay = 1,
            Locale = "en",
            Brand = "b",
            Countries = ["*", "CN", "XK"],
            LineTypes = LineTypes.Restricted,
        };
        var most = new TenantPolicy
        {
            CodeLength = 10,
            TtlSeconds = 600,
            ResendSpacingSeconds = 600,
            MaxSendsPerVerification = 10,
            ChecksPerVerification = 5,
            FailuresPerDay = 20,
            DisableAfter100 = true,
            SendsPerHour = 1_000_000,
            SendsPerDay = 1_000_000,
            StartsPerSecond = 1_000_000,
            SendsPerUtcDay = 1_000_000_000,
            AliasesPerUtcDay = 1_000_000_000,
            NumberSendsPerHour = 1_000_000,
            NumberSendsPerDay = 1_000_000,
            Locale = "zh-Hant-TW",
            Brand = new string('品', 32),
            Contexts = [.. Enumerable.Range(0, 32).Select(i => $"context-{i}")],
        };

        Assert.Empty(TenantPolicyRules.Validate(least, live: true));
        Assert.Empty(TenantPolicyRules.Validate(most, live: true));
    }

    [Fact]
    public void Same_WhenOnlyAListDiffers_IsFalse()
    {
        Assert.True(TenantPolicyRules.Same(new TenantPolicy { Countries = ["DE"] }, new TenantPolicy { Countries = ["DE"] }));
        Assert.False(TenantPolicyRules.Same(new TenantPolicy { Countries = ["DE"] }, new TenantPolicy { Countries = ["FR"] }));
        Assert.False(TenantPolicyRules.Same(new TenantPolicy { LineTypes = [LineType.Landline] }, new TenantPolicy()));
        Assert.False(TenantPolicyRules.Same(new TenantPolicy { Contexts = ["a"] }, new TenantPolicy { Contexts = ["a", "b"] }));
    }
}
