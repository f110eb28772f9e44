using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Doors;

/// <summary>The sandbox inboxes of all vault silos as one. A silo that does not answer is left out: the sandbox is for developers.</summary>
internal sealed class SandboxInboxes(ClusterRoles cluster, VaultDoors doors, TimeProvider time, ISandboxInbox? own = null) : ISandboxInboxes
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SandboxMessage>> ListAsync(Caller caller, AliasId alias, int max)
    {
        var mine = own?.List(alias, max) ?? [];
        var others = cluster.Others(SiloRoles.Vault);
        if (others.Count == 0)
            return mine;

        var lists = await Task.WhenAll(others.Select(silo => AskAsync(silo, caller, alias, max)));
        return [.. mine.Concat(lists.SelectMany(l => l).Select(n => n.ToMessage())).OrderByDescending(m => m.At).ThenByDescending(m => m.Attempt).Take(max)];
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(AliasId alias)
    {
        own?.Forget(alias);
        await Task.WhenAll(cluster.Others(SiloRoles.Vault).Select(silo => TryAsync(() => doors.At(silo).ForgetSandbox(alias))));
    }

    private async Task<IReadOnlyList<SandboxNote>> AskAsync(SiloAddress silo, Caller caller, AliasId alias, int max)
    {
        IReadOnlyList<SandboxNote> notes = [];
        await TryAsync(async () => notes = await doors.At(silo).ListSandbox(caller, alias, max));
        return notes;
    }

    private async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(s_patience, time);
        }
        catch (Exception)
        {
            // Its messages are gone with it.
        }
    }
}

/// <summary>What the sandbox carriers of the cluster would have sent.</summary>
public interface ISandboxInboxes
{
    /// <summary>Messages to an alias, newest first, at most <paramref name="max"/> (1-100), as far as <paramref name="caller"/> may see them.</summary>
    Task<IReadOnlyList<SandboxMessage>> ListAsync(Caller caller, AliasId alias, int max);

    /// <summary>Forgets the messages of an alias on every silo that answers (erasure).</summary>
    Task ForgetAsync(AliasId alias);
}
