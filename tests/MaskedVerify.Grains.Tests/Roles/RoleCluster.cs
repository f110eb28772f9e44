using MaskedVerify.Grains.FrontDesks;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Roles;

/// <summary>Two vaults, a front and an egress silo. The carrier with a connection is named <c>smsc</c>.</summary>
public sealed class RoleCluster : IAsyncLifetime
{
    internal const int Vault = 0;
    internal const int OtherVault = 1;
    internal const int Front = 2;
    internal const int Egress = 3;

    internal SiloFixture Silos { get; private set; } = null!;

    internal TestSession Session { get; } = new(new TestCarrier("smsc"));

    /// <summary>What the front's own code calls grains through.</summary>
    internal IGrainFactory FromFront => Silos.Get<IGrainFactory>(Front);

    public async ValueTask InitializeAsync()
    {
        var sandbox = new TestCarrier("sandbox");
        Silos = await SiloFixture.StartAsync(o =>
        {
            o.Silos = 4;
            o.Carriers.Add(sandbox);
            o.Carriers.Add(Session);
            foreach (var role in new[] { SiloRoles.Vault, SiloRoles.Vault, SiloRoles.Front, SiloRoles.Egress })
                o.Roles.Add(role);
        });
        await Eventually.TrueAsync(
            async () =>
            {
                await Silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return Silos.Get<FrontTermsCopy>(Front).IsLoaded && Session.IsReady && Silos.Get<EgressDirectory>(Vault).IsReady(Session.Id) && Silos.Get<EgressDirectory>(OtherVault).IsReady(Session.Id);
            },
            "front and egress have found the vaults, and the vaults the carrier");
        await Silos.OpenRoutesAsync("smsc");
    }

    public ValueTask DisposeAsync() => Silos?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Where a service is registered, by the silo's index.</summary>
    internal bool Has<T>(int silo) => Silos.Services(silo).GetService(typeof(T)) is not null;
}
