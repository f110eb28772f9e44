namespace MaskedVerify.Grains.Tenants;

/// <summary>Version 1 of the directory's row. Member ids are for ever.</summary>
[GenerateSerializer, Immutable, Alias("mv.TenantDirectoryState")]
internal sealed record TenantDirectoryState
{
    /// <summary>Grows by one with each publication.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>One entry a tenant, oldest publication first.</summary>
    [Id(1)]
    public IReadOnlyList<DirectoryEntry> Entries { get; init; } = [];
}

/// <summary>A tenant and the directory's version of its newest publication.</summary>
[GenerateSerializer, Immutable, Alias("mv.DirectoryEntry")]
internal sealed record DirectoryEntry([property: Id(0)] long Version, [property: Id(1)] TenantSnapshot Tenant);
