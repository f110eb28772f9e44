namespace MaskedVerify.Storage;

/// <summary>How the items of one store become statements.</summary>
internal interface IServerPlan
{
    /// <summary>
    /// Writes the items inside the session's open transaction and leaves each one's answer in it. May undo the transaction and begin it again. A loser of a
    /// conflict has written nothing. The plan's last round trip also runs <paramref name="last"/>.
    /// </summary>
    ValueTask RunAsync(ServerSession session, IReadOnlyList<ServerItem> items, ServerCall last);
}
