namespace MaskedVerify.Domain.Tests.HotStore;

public sealed class AuditShardsTests
{
    // For ever: what is numbered in one part never moves to another.
    [Theory]
    [InlineData("tn-sample")]
    [InlineData("tn-1")]
    [InlineData("tn-2")]
    public void Of_WhenATenantIsGiven_IsTheLowHalfOfTheFirstByteOfItsHash(string tenant) => Assert.Equal(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(tenant))[0] & 15, AuditShards.Of(TenantId.Parse(tenant)));

    [Fact]
    public void Of_WhenManyTenantsAreGiven_UsesEveryPart() => Assert.Equal(
        Enumerable.Range(0, AuditShards.Count), Enumerable.Range(0, 1_000).Select(n => AuditShards.Of(TenantId.Parse($"tn-{n}"))).Distinct().Order());
}
