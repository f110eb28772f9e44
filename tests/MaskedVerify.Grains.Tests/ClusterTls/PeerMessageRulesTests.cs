using FsCheck.Xunit;
using MaskedVerify.Grains.ClusterTls;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class PeerMessageRulesTests
{
    private static readonly SiloAddress s_front = SiloAddress.New(System.Net.IPAddress.Loopback, 11111, 1);
    private static readonly SiloAddress s_vault = SiloAddress.New(System.Net.IPAddress.Loopback, 11112, 1);

    private static readonly string[] s_types =
    [
        "phone-alias", "tenant", "tenant-directory", "alias-desk", "carrier-link", "receipt-desk", "management", "sys.svc.clustering", "sys.svc.manifest", "sys.svc.dir.grain.part", "sys.svc.silo-control",
        "sys.svc.migrator", "sys.svc.catalog", "sys.svc.user.1F2E3D4C", "sys.client", "sys.",
    ];

    private static readonly SiloRoles[] s_limited = [SiloRoles.Front, SiloRoles.Egress, SiloRoles.Front | SiloRoles.Egress];

    [Property]
    public void Inbound_ToAGrain_IsHeardOnlyInItsOwnNameAndRole(byte peer, byte target, byte sender, bool oneWay)
    {
        var roles = s_limited[peer % s_limited.Length];
        SiloRoles? speaker = (sender % 9) switch { 8 => null, var r => (SiloRoles)r };

        var refusal = PeerMessageRules.InboundRefusal(roles, oneWay ? MessageKind.OneWay : MessageKind.Request, "sys.client", s_types[target % 6], RoleGrains.HostOf(GrainType.Create(s_types[target % 6])), speaker);

        Assert.Equal(speaker is { } s && (s & ~roles) == SiloRoles.None, refusal is null);
    }

    [Theory]
    [InlineData("sys.svc.clustering", true)]
    [InlineData("sys.svc.manifest", true)]
    [InlineData("sys.svc.dir.grain.part", true)]
    [InlineData("sys.svc.migrator", false)]
    [InlineData("sys.svc.silo-control", true)]
    [InlineData("sys.svc.anything.new", true)]
    public void Inbound_ToOrleansItself_IsHeardUnlessItIsAnActivation(string target, bool isHeard) =>
        Assert.Equal(isHeard, PeerMessageRules.InboundRefusal(SiloRoles.Front, MessageKind.Request, "sys.svc.clustering", target, null, null) is null);

    [Fact]
    public void Inbound_WhenTheSilosOwnServiceSpeaks_IsNoSilosCode() =>
        Assert.NotNull(PeerMessageRules.InboundRefusal(SiloRoles.Front, MessageKind.Request, "sys.svc.user.1F2E3D4C", "phone-alias", SiloRoles.Vault, null));

    [Theory]
    [InlineData("management", true)]
    [InlineData("sys.svc.user.1F2E3D4C", false)]
    public void Inbound_OfTheDashboardsService_IsHeardByOrleansOwnGrainsOnly(string target, bool isHeard) =>
        Assert.Equal(isHeard, PeerMessageRules.InboundRefusal(SiloRoles.Front, MessageKind.Request, "sys.svc.user.5433B077", target, RoleGrains.HostOf(GrainType.Create(target)), null) is null);

    [Fact]
    public void Outbound_OfTheDashboardsService_IsSent() =>
        Assert.Null(PeerMessageRules.OutboundRefusal(SiloRoles.Front, MessageKind.Request, "sys.svc.user.5433B077", "Orleans.Dashboard.Core.ISiloGrainService", null));

    [Fact]
    public void Host_OfEveryGrainOfOurs_IsKnown() =>
        Assert.All(typeof(GrainsServices).Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IGrainBase).IsAssignableFrom(t)), t =>
            Assert.Contains(t.GetCustomAttributesData(), a => a.AttributeType == typeof(GrainTypeAttribute) && RoleGrains.HostOf(GrainType.Create((string)a.ConstructorArguments[0].Value!)) is not null));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Inbound_OfAnUnknownKind_IsRefused(int kind) => Assert.NotNull(PeerMessageRules.InboundRefusal(SiloRoles.Front, (MessageKind)kind, "sys.client", "sys.svc.manifest", null, SiloRoles.Front));

    [Property]
    public void Outbound_OfWhatAVaultHosts_IsNeverSent(byte peer, byte target, bool oneWay, bool egressDoor)
    {
        var roles = s_limited[peer % s_limited.Length];
        var type = s_types[target % s_types.Length];
        var kind = oneWay ? MessageKind.OneWay : MessageKind.Request;

        var isSent = PeerMessageRules.OutboundRefusal(roles, kind, type, egressDoor ? "mv.egress-door" : "mv.vault-door", RoleGrains.HostOf(GrainType.Create(type))) is null;

        var expected = type switch
        {
            "carrier-link" => roles.HasFlag(SiloRoles.Egress),
            "sys.svc.user.1F2E3D4C" => egressDoor && roles.HasFlag(SiloRoles.Egress),
            "sys.svc.migrator" => false,
            _ => type.StartsWith("sys.svc.", StringComparison.Ordinal) || type == "sys.client",
        };
        Assert.Equal(expected, isSent);
    }

    [Fact]
    public void Outbound_Answers_AreSent() => Assert.Null(PeerMessageRules.OutboundRefusal(SiloRoles.Front, MessageKind.Response, "sys.client", string.Empty, SiloRoles.Vault));

    [Fact]
    public void Answer_IsOneOnlyToWhatThatKindOfPeerWasAsked()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var asked = new AskedPeers(time);
        var question = Head(MessageKind.Request, "sys.client", "sys.svc.manifest") with { Id = 41 };
        asked.Add(SiloRoles.Front, question);
        var answer = new MessageHead(MessageKind.Response, 41, question.Target, question.Sender, string.Empty);

        Assert.True(asked.IsAnswer(SiloRoles.Front, answer));
        Assert.True(asked.IsAnswer(SiloRoles.Front, answer));
        Assert.False(asked.IsAnswer(SiloRoles.Egress, answer));
        Assert.False(asked.IsAnswer(SiloRoles.Front, answer with { Id = 42 }));
        Assert.False(asked.IsAnswer(SiloRoles.Front, answer with { Sender = GrainId.Create("phone-alias", "x") }));
        Assert.False(asked.IsAnswer(SiloRoles.Front, answer with { Target = GrainId.Create("sys.client", "hosted-other") }));
    }

    [Fact]
    public void Questions_AreForgottenAfterAWhile()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var asked = new AskedPeers(time);
        for (var i = 0; i < 5_000; i++)
        {
            asked.Add(SiloRoles.Front, Head(MessageKind.Request, "sys.client", "sys.svc.manifest") with { Id = i });
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(asked.Count, 100, 1_200);
    }

    internal static MessageHead Head(MessageKind kind, string sender, string target, string contract = "") =>
        new(kind, 1, GrainId.Create(GrainType.Create(sender), IdSpan.Create("hosted-" + s_front.ToParsableString())), GrainId.Create(GrainType.Create(target), IdSpan.Create(s_vault.ToParsableString())), contract);
}
