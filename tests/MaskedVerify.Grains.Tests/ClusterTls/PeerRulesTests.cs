using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class PeerRulesTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Refusal_WhenAMemberPresentsItself_IsNone()
    {
        using var member = _authority.Issue();

        Assert.Null(Judge(member, PeerRules.ServerAuth));
        Assert.Null(Judge(member, PeerRules.ClientAuth));
    }

    [Fact]
    public void Refusal_WhenSelfSigned_NamesTheAuthority()
    {
        using var rogue = TestAuthority.SelfSigned();

        Assert.Contains("authority", Judge(rogue, PeerRules.ClientAuth), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_WhenAnotherAuthorityOfTheSameNameSigned_NamesTheAuthority()
    {
        using var other = TestAuthority.Create();
        using var rogue = other.Issue();

        Assert.NotNull(Judge(rogue, PeerRules.ClientAuth));
    }

    [Fact]
    public void Refusal_WhenExpiredOrNotYetValid_NamesTheTime()
    {
        using var old = _authority.Issue(notBefore: _now.AddDays(-3), notAfter: _now.AddDays(-1));
        using var early = _authority.Issue(notBefore: _now.AddDays(1), notAfter: _now.AddDays(3));

        Assert.Contains("expired", Judge(old, PeerRules.ClientAuth), StringComparison.Ordinal);
        Assert.Contains("not valid yet", Judge(early, PeerRules.ClientAuth), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_WhenTheUsageIsNotWrittenIn_NamesIt()
    {
        using var server = _authority.Issue(usages: TestAuthority.ServerAuth);
        using var none = _authority.Issue(usages: "none");

        Assert.Null(Judge(server, PeerRules.ServerAuth));
        Assert.Contains("clientAuth", Judge(server, PeerRules.ClientAuth), StringComparison.Ordinal);
        Assert.Contains("serverAuth", Judge(none, PeerRules.ServerAuth), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_WhenTheAuthorityIsBeingChanged_BothAreBelieved()
    {
        using var next = TestAuthority.Create("Next");
        using var member = next.Issue();

        Assert.Null(PeerRules.Refusal(member, [], [_authority.Certificate, next.Certificate], PeerRules.ClientAuth, _now));
    }

    private string? Judge(X509Certificate2 certificate, string usage) => PeerRules.Refusal(certificate, [], [_authority.Certificate], usage, _now);
}
