using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Tenants;

/// <summary>Tenant, directory and catalog together, across two silos with a clock that stands still.</summary>
public sealed class TenantGrainTests : IAsyncLifetime
{
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync(o => o.Silos = 2);

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Create_WhenNew_IsKnownToEverySilo()
    {
        var tenant = await _silos.CreateTenantAsync();

        Assert.Equal(AdmissionKind.Admitted, _silos.Get<ITenantCatalog>(0).Admit(tenant.Caller).Kind);
        Assert.Equal(AdmissionKind.Admitted, _silos.Get<ITenantCatalog>(1).Admit(tenant.Caller).Kind);
    }

    [Fact]
    public async Task Create_WhenPolicyHasMistakes_ReportsThemAllAndMakesNothing()
    {
        var grain = _silos.Grains.GetGrain<ITenantGrain>("tn-bad");

        var reply = await grain.Create(" ", live: true, new TenantPolicy { CodeLength = 5, TtlSeconds = 5, Contexts = [], Countries = ["de", "XX1"] });

        Assert.False(reply.Ok);
        Assert.Equal(5, reply.Errors.Count);
        Assert.Null(await grain.Get());
    }

    [Fact]
    public async Task Create_WhenRepeated_IsTheSameTenant()
    {
        var grain = _silos.Grains.GetGrain<ITenantGrain>("tn-twice");

        var first = await grain.Create("shop", live: false, new TenantPolicy());
        var second = await grain.Create("shop", live: false, new TenantPolicy());
        var other = await grain.Create("shop", live: true, new TenantPolicy());

        Assert.True(first.Ok && second.Ok);
        Assert.Equal(1, second.Tenant!.Version);
        Assert.Equal(["*"], second.Tenant.Policy.Countries);
        Assert.True(other.Conflict);
        Assert.False(other.Ok);
    }
}
