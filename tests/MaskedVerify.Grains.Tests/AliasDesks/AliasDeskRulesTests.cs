using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Grains.Tests.PhoneAliases;

namespace MaskedVerify.Grains.Tests.AliasDesks;

public sealed class AliasDeskRulesTests
{
    private static readonly string?[] s_contexts = [null, "default", "buyer", "seller"];

    private static readonly LineType[] s_lines = [LineType.Mobile, LineType.FixedLine, LineType.PremiumRate, LineType.Unknown];

    [Property]
    public void Judge_WhenAnythingIsAsked_LetsInWhatIsDeclaredAndAllowedOnly(byte context, byte line, bool isLive, bool all, bool named)
    {
        var policy = new TenantPolicy { Contexts = ["default", "buyer"], Countries = all ? ["*"] : named ? ["FR", "DE"] : ["FR"] };
        var tenant = new TenantSnapshot(TenantId.Parse("tn-desk"), "desk", isLive, false, 1, policy, []);
        var (asked, kind) = (s_contexts[context % s_contexts.Length], s_lines[line % s_lines.Length]);

        var outcome = AliasDeskRules.Judge(AliasWorld.Number, new PhoneDestination("DE", kind), asked, "/to/phoneNumber", tenant);

        var isDeclared = asked is null || policy.Contexts.Contains(asked);
        var isAllowed = (all || named) && kind is not (LineType.PremiumRate or LineType.Unknown);
        Assert.Equal(isDeclared && isAllowed, outcome is null);
        Assert.Equal(isDeclared ? null : "/context", outcome?.Pointer);
        Assert.Contains(AliasDeskRules.ContextOf(asked, policy), policy.Contexts.Append(asked));
    }

    [Fact]
    public void Judge_WhenThereIsNoNumber_PointsAtIt() =>
        Assert.Equal("/phoneNumber", AliasDeskRules.Judge(default, default, null, "/phoneNumber", new TenantSnapshot(TenantId.Parse("tn-desk"), "desk", false, false, 1, new TenantPolicy(), []))?.Pointer);
}
