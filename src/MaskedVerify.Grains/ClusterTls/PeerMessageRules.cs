namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// What a silo whose certificate is not a vault's may say and hear. It is a member and takes part in what Orleans does to keep a cluster together; it speaks to grains as itself
/// only, it is told nothing that belongs to a vault, and it answers only what it was asked.
/// </summary>
internal static class PeerMessageRules
{
    private const string System = "sys.svc.";
    private const string Service = "sys.svc.user.";
    private const string Client = "sys.client";
    private const string Ours = "mv.";
    private const string EgressDoor = "mv.egress-door";

    /// <summary>Takes an activation with what it remembers.</summary>
    private const string Migrator = System + "migrator";

    /// <summary>Why a request or one-way message is refused that came from a peer, in a few words; null when it is heard.</summary>
    /// <param name="peer">Roles of its certificate, without <see cref="SiloRoles.Vault"/>.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="sender">Grain type of who speaks.</param>
    /// <param name="target">Grain type of who is spoken to.</param>
    /// <param name="host">The role that hosts the target, if it is a grain of ours; null: it is Orleans' own (management, dashboard), or no grain.</param>
    /// <param name="speaker">Roles of the silo whose own code the sender is; none: not known yet; null: it is no silo's own code.</param>
    internal static string? InboundRefusal(SiloRoles peer, MessageKind kind, string sender, string target, SiloRoles? host, SiloRoles? speaker)
    {
        if (kind is not (MessageKind.Request or MessageKind.OneWay))
            return "it sent what is neither a question nor an answer";
        if (IsSystem(target))
            return target == Migrator ? "it sent an activation" : null;

        // The dashboard's service, which every silo has, speaks to Orleans' own grains and is no silo's own code.
        if (host is null && !target.StartsWith(Service, StringComparison.Ordinal))
            return null;

        return speaker switch
        {
            null => $"it spoke to {target} as {sender}, for a grain or a client",
            { } roles when (roles & ~peer) != SiloRoles.None => $"it spoke to {target} for a silo of another role",
            _ => null,
        };
    }

    /// <summary>Why a message is not sent to a peer, in a few words; null when it is.</summary>
    /// <param name="peer">Roles of its certificate, without <see cref="SiloRoles.Vault"/>.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="target">Grain type of who would hear it.</param>
    /// <param name="contract">Interface that is called.</param>
    /// <param name="host">The role that hosts the target, if it is a grain of ours.</param>
    internal static string? OutboundRefusal(SiloRoles peer, MessageKind kind, string target, string contract, SiloRoles? host)
    {
        if (kind == MessageKind.Response)
            return null;
        if (target.StartsWith(Service, StringComparison.Ordinal))
            return !contract.StartsWith(Ours, StringComparison.Ordinal) || (contract == EgressDoor && peer.HasFlag(SiloRoles.Egress)) ? null : $"a call of {contract} is not for it";
        if (IsSystem(target))
            return target == Migrator ? "an activation does not move to it" : null;

        // Orleans' own grains are on vaults.
        return target.StartsWith(Client, StringComparison.Ordinal) || peer.HasFlag(host ?? SiloRoles.Vault) ? null : $"a call of a {target} grain is not for it";
    }

    private static bool IsSystem(string type) => type.StartsWith(System, StringComparison.Ordinal) && !type.StartsWith(Service, StringComparison.Ordinal);
}
