using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>The versioned list of tenants. Pure.</summary>
internal static class TenantDirectoryRules
{
    /// <summary>Tenants in one answer: far below the largest message of the cluster (1 MB) even with 32 keys and 300 countries each.</summary>
    internal const int PageSize = 100;

    /// <summary>The directory with the tenant's snapshot, or null when it has that version or a newer one already.</summary>
    internal static TenantDirectoryState? Publish(TenantDirectoryState state, TenantSnapshot tenant)
    {
        if (state.Entries.FirstOrDefault(e => e.Tenant.Tenant == tenant.Tenant) is { } known && known.Tenant.Version >= tenant.Version)
            return null;

        var version = state.Version + 1;
        return new TenantDirectoryState
        {
            Version = version,
            Entries = [.. state.Entries.Where(e => e.Tenant.Tenant != tenant.Tenant), new DirectoryEntry(version, tenant)],
        };
    }

    /// <summary>Another tenant with this name, whatever its case, or null.</summary>
    internal static TenantId? NamesakeOf(TenantDirectoryState state, TenantId tenant, string name) =>
        state.Entries.FirstOrDefault(e => e.Tenant.Tenant != tenant && e.Tenant.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Tenant.Tenant;

    /// <summary>
    /// The oldest changes after <paramref name="version"/>, at most a page, or null. A version that the directory never had (it was restored from a
    /// backup) gets everything from the start, which the asker sees by the version of the answer.
    /// </summary>
    internal static TenantChanges? ChangesAfter(TenantDirectoryState state, long version)
    {
        var from = version > state.Version ? 0 : version;
        var page = state.Entries.Where(e => e.Version > from).OrderBy(e => e.Version).Take(PageSize).ToArray();
        return page.Length == 0 ? null : new TenantChanges(page[^1].Version, page.Select(e => e.Tenant).ToArray());
    }
}
