namespace MaskedVerify.Grains.ClusterTls;

/// <summary>One connection with a silo whose certificate is not a vault's: judges each message of it.</summary>
/// <param name="roles">Roles of its certificate.</param>
/// <param name="asked">What such silos were asked.</param>
/// <param name="cluster">Who does what; null where no grains of ours are.</param>
/// <param name="refused">Told of each refusal: whether the peer said it, and why.</param>
internal sealed class LimitedPeer(SiloRoles roles, AskedPeers asked, ClusterRoles? cluster, Action<bool, string> refused)
{
    /// <summary>Whether what the peer says is heard.</summary>
    internal bool MayHear(MessageHead head) =>
        Judge(true, head.Kind == MessageKind.Response ? (asked.IsAnswer(roles, head) ? null : "it answered what it was not asked") : RequestRefusal(head));

    /// <summary>Whether the peer is told.</summary>
    internal bool MayTell(MessageHead head)
    {
        if (!Judge(false, PeerMessageRules.OutboundRefusal(roles, head.Kind, TypeOf(head.Target), head.Interface, RoleGrains.HostOf(head.Target.Type))))
            return false;

        if (head.Kind == MessageKind.Request)
            asked.Add(roles, head);
        return true;
    }

    private string? RequestRefusal(MessageHead head)
    {
        var sender = cluster is not null ? cluster.OfCaller(head.Sender) : ClusterRoles.IsHostedClient(head.Sender) ? SiloRoles.None : null;
        if (PeerMessageRules.InboundRefusal(roles, head.Kind, TypeOf(head.Sender), TypeOf(head.Target), RoleGrains.HostOf(head.Target.Type), sender) is { } refusal)
            return refusal;

        // Whatever it will say of itself, it is no more than its certificate allows.
        return sender != SiloRoles.None || cluster is null || cluster.TryLimit(head.Sender, roles) ? null : "it spoke for too many silos that nobody knows";
    }

    private static string TypeOf(GrainId id) => id.Type.ToString() ?? string.Empty;

    private bool Judge(bool inbound, string? refusal)
    {
        if (refusal is null)
            return true;

        refused(inbound, refusal);
        return false;
    }
}
