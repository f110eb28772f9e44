namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Two vaults that are egress silos too, and a front, for all tests of a class.</summary>
public sealed class RoleCluster : IAsyncLifetime
{
    private RoleSilos? _silos;
    private ServerProcess? _front;

    internal RoleSilos Silos => _silos ?? throw new InvalidOperationException("The cluster did not start.");

    internal ServerProcess Front => _front ?? throw new InvalidOperationException("The cluster did not start.");

    /// <summary>The data folder of <see cref="Front"/>.</summary>
    public string FrontData => Path.Combine(Silos.Folder, "silo-2");

    /// <summary>The vaults that run.</summary>
    internal List<ServerProcess> Vaults { get; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _silos = await RoleSilos.CreateAsync();
        Vaults.Add(await _silos.StartVaultAsync());
        var front = _silos.StartFrontAsync();
        Vaults.Add(await _silos.StartVaultAsync());
        _front = await front;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_silos is not null)
            await _silos.DisposeAsync();
    }
}
