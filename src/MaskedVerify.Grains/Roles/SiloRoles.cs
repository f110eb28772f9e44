namespace MaskedVerify.Grains;

/// <summary>What a silo does. One process may do all of it.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>Nothing of ours.</summary>
    None = 0,

    /// <summary>HTTP. Hosts no grain, opens no database of ours, holds only the front tag key.</summary>
    Front = 1,

    /// <summary>Every grain but <c>carrier-link</c>, keys, stores, send pump, due poller, sweeper, and the sandbox carrier.</summary>
    Vault = 2,

    /// <summary><c>carrier-link</c> grains and the sessions with carriers.</summary>
    Egress = 4,

    /// <summary>The default: one process.</summary>
    All = Front | Vault | Egress,
}
