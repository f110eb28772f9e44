using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

public sealed class TenantDirectoryRulesTests
{
    [Fact]
    public void Publish_WhenKnownOrOlder_ChangesNothing()
    {
        var state = TenantDirectoryRules.Publish(new TenantDirectoryState(), Tenant(1, 3))!;

        Assert.Null(TenantDirectoryRules.Publish(state, Tenant(1, 3)));
        Assert.Null(TenantDirectoryRules.Publish(state, Tenant(1, 2)));
    }

    /// <summary>A silo that polls now and then, in pages, ends with the newest snapshot of every tenant, whatever was published in between.</summary>
    [Property(MaxTest = 50)]
    public void ChangesAfter_WhenPolledNowAndThen_BringsEverything(int seed)
    {
        var random = new Random(seed);
        var state = new TenantDirectoryState();
        var catalog = CatalogSnapshot.Empty;
        var newest = new Dictionary<int, long>();
        for (var i = 0; i < 500; i++)
        {
            var number = random.Next(250);
            var version = newest.GetValueOrDefault(number) + random.Next(0, 2);
            state = TenantDirectoryRules.Publish(state, Tenant(number, version)) ?? state;
            newest[number] = Math.Max(version, newest.GetValueOrDefault(number));
            if (random.Next(20) == 0 && TenantDirectoryRules.ChangesAfter(state, catalog.Version) is { } page)
            {
                Assert.InRange(page.Changed.Count, 1, TenantDirectoryRules.PageSize);
                catalog = catalog.With(page);
            }
        }

        while (TenantDirectoryRules.ChangesAfter(state, catalog.Version) is { } page)
            catalog = catalog.With(page);

        Assert.Equal(state.Version, catalog.Version);
        Assert.All(newest, n => Assert.Equal(n.Value, catalog.Find(Tenant(n.Key, 0).Tenant)!.Version));
    }

    [Fact]
    public void ChangesAfter_WhenTheDirectoryWasRestored_BeginsAtItsStart()
    {
        var state = TenantDirectoryRules.Publish(new TenantDirectoryState(), Tenant(1, 1))!;

        Assert.Single(TenantDirectoryRules.ChangesAfter(state, 900)!.Changed);
        Assert.Null(TenantDirectoryRules.ChangesAfter(state, 1));
    }

    private static TenantSnapshot Tenant(int number, long version) => new(TenantId.Parse($"tn-{number}"), "t", false, false, version, new TenantPolicy(), []);
}
