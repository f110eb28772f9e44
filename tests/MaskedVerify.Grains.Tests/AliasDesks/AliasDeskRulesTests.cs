using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Grains.Tests.PhoneAliases;

namespace MaskedVerify.Grains.Tests.AliasDesks;

public sealed class AliasDeskRulesTests
{
    private static readonly string?[] s_contexts = [null, "default", "buyer", "seller"];

    private static readonly LineType[] s_lines = Enum.GetValues<LineType>();

    private static readonly Channel?[] s_channels = [null, Channel.Sms, Channel.Voice];

    [Property]
    public void Judge_WhenAnythingIsAsked_LetsInWhatIsDeclaredAndAllowedOnly(byte context, byte line, byte channel, bool isLive, bool all, bool named, bool listed)
    {
        var policy = new TenantPolicy { Contexts = ["default", "buyer"], Countries = all ? ["*"] : named ? ["FR", "DE"] : ["FR"] };
        var (asked, kind, way) = (s_contexts[context % s_contexts.Length], s_lines[line % s_lines.Length], s_channels[channel % s_channels.Length]);
        policy = listed ? policy with { LineTypes = [kind] } : policy;
        var tenant = new TenantSnapshot(TenantId.Parse("tn-desk"), "desk", isLive, false, 1, policy, []);

        var outcome = AliasDeskRules.Judge(AliasWorld.Number, new PhoneDestination("DE", kind), way, asked, "/to/phoneNumber", tenant);

        var isDeclared = asked is null || policy.Contexts.Contains(asked);
        var isAllowed = (all || named) && (listed || kind is LineType.Mobile or LineType.LandlineOrMobile or LineType.Voip || (kind == LineType.Landline && way != Channel.Sms));
        Assert.Equal(isDeclared && isAllowed, outcome is null);
        Assert.Equal(isDeclared ? null : "/context", outcome?.Pointer);
        Assert.Contains(AliasDeskRules.ContextOf(asked, policy), policy.Contexts.Append(asked));
    }

    [Fact]
    public void Judge_WhenThereIsNoNumber_PointsAtIt() =>
        Assert.Equal("/phoneNumber", AliasDeskRules.Judge(default, default, null, null, "/phoneNumber", new TenantSnapshot(TenantId.Parse("tn-desk"), "desk", false, false, 1, new TenantPolicy(), []))?.Pointer);
}
