using System.Collections.Concurrent;
using System.Collections.Frozen;
using Orleans.Metadata;

namespace MaskedVerify.Grains;

/// <summary>Who does what in the cluster, read from what the silos say that they host.</summary>
internal sealed class ClusterRoles(IClusterManifestProvider manifests, ISiloStatusOracle membership, ILocalSiloDetails local)
{
    private static readonly GrainType VaultMark = GrainType.Create("phone-alias");
    private static readonly GrainType EgressMark = GrainType.Create("carrier-link");

    private static readonly GrainType ClientType = GrainType.Create("sys.client");

    /// <summary>Silos that were heard before anybody knew them, by the id of their own code: what their certificates are for, and when that was.</summary>
    private readonly ConcurrentDictionary<GrainId, (SiloRoles Most, long At)> _limits = new();

    /// <summary>More than a cluster has.</summary>
    private const int MaxLimits = 1024;

    private Map _map = new(MajorMinorVersion.MinValue, FrozenDictionary<SiloAddress, SiloRoles>.Empty, FrozenDictionary<GrainId, SiloRoles>.Empty);

    /// <summary>Active silos with a role, without this one.</summary>
    internal IReadOnlyList<SiloAddress> Others(SiloRoles role) =>
        [.. Current().Silos.Where(s => s.Value.HasFlag(role) && !s.Key.Equals(local.SiloAddress) && membership.GetApproximateSiloStatus(s.Key) == SiloStatus.Active).Select(s => s.Key)];

    /// <summary>What the other silos of the cluster, joining or active, say that they do.</summary>
    internal IReadOnlyList<KeyValuePair<SiloAddress, SiloRoles>> Claims() =>
        [.. Current().Silos.Where(s => !s.Key.Equals(local.SiloAddress) && membership.GetApproximateSiloStatus(s.Key) is SiloStatus.Joining or SiloStatus.Active)];

    /// <summary>How this silo's phone ranges compare with those of the cluster.</summary>
    internal (bool IsSame, string Text) Compare(PublishedRanges ranges) => ranges.Judge(
        local.SiloAddress,
        membership.GetApproximateSiloStatuses(onlyActive: true).Keys,
        manifests.Current.Silos.ToDictionary(s => s.Key, s => PublishedRanges.DigestOf(s.Value)));

    /// <summary>Whether any active silo has a role.</summary>
    internal bool Has(SiloRoles role) => Current().Silos.Any(s => s.Value.HasFlag(role) && membership.GetApproximateSiloStatus(s.Key) == SiloStatus.Active);

    /// <summary>
    /// Longest wait for a silo that says more about itself: it joined a moment ago, or it is none. Orleans asks a silo that did not answer again after 5 s.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary><see cref="OfCaller"/>; a silo that is not known yet is waited for, because its first calls may come before its manifest.</summary>
    internal async ValueTask<SiloRoles?> OfCallerAsync(GrainId source)
    {
        var roles = OfCaller(source);
        if (roles != SiloRoles.None)
            return roles;

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var _ in manifests.Updates.WithCancellation(patience.Token))
            {
                roles = OfCaller(source);
                if (roles != SiloRoles.None)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody knows that silo.
        }

        return roles;
    }

    /// <summary>
    /// Roles of the silo whose own code (not a grain on it) makes calls under this id; null for an id that is no silo's. A silo that this one does not know yet has none.
    /// </summary>
    internal SiloRoles? OfCaller(GrainId source)
    {
        if (Current().Callers.TryGetValue(source, out var roles))
            return _limits.TryGetValue(source, out var limit) ? roles & limit.Most : roles;

        return IsHostedClient(source) ? SiloRoles.None : null;
    }

    /// <summary>The id under which a silo's own code (hosted services, HTTP endpoints) makes calls.</summary>
    internal static GrainId CallerIdOf(SiloAddress silo) => GrainId.Create(ClientType, IdSpan.Create("hosted-" + silo.ToParsableString()));

    /// <summary>
    /// Holds a silo that is not known yet to the roles of its certificate, whatever it will say of itself: its first calls wait for that. False when so many unknown ones
    /// were heard in the last seconds that this is no cluster.
    /// </summary>
    internal bool TryLimit(GrainId source, SiloRoles most)
    {
        if (_limits.ContainsKey(source))
            return true;

        if (_limits.Count >= MaxLimits)
        {
            // By now their calls were judged, and new ones are judged when they come.
            foreach (var (id, _) in _limits.Where(l => TimeProvider.System.GetElapsedTime(l.Value.At) > 2 * Patience))
                _limits.TryRemove(id, out _);
        }

        if (_limits.Count >= MaxLimits)
            return false;

        _limits.TryAdd(source, (most, TimeProvider.System.GetTimestamp()));
        return true;
    }

    /// <summary>Whether an id is that of a silo's own code.</summary>
    internal static bool IsHostedClient(GrainId id) => id.IsClient() && id.Key.AsSpan().StartsWith("hosted-"u8);

    private Map Current()
    {
        var manifest = manifests.Current;
        var map = Volatile.Read(ref _map);
        if (map.Version == manifest.Version)
            return map;

        var silos = manifest.Silos.ToFrozenDictionary(s => s.Key, s => RolesOf(s.Value));
        map = new Map(manifest.Version, silos, silos.ToFrozenDictionary(s => CallerIdOf(s.Key), s => s.Value));
        Volatile.Write(ref _map, map);
        return map;
    }

    private static SiloRoles RolesOf(GrainManifest manifest)
    {
        var roles = (manifest.Grains.ContainsKey(VaultMark) ? SiloRoles.Vault : SiloRoles.None) | (manifest.Grains.ContainsKey(EgressMark) ? SiloRoles.Egress : SiloRoles.None);
        return roles == SiloRoles.None ? SiloRoles.Front : roles;
    }

    private sealed record Map(MajorMinorVersion Version, FrozenDictionary<SiloAddress, SiloRoles> Silos, FrozenDictionary<GrainId, SiloRoles> Callers);
}
