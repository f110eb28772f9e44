using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Doors;

/// <inheritdoc cref="IVaultDoor"/>
[GrainType("vault-door")]
internal sealed class VaultDoor(GrainId id, Silo silo, ILoggerFactory loggers, ITenantCatalog catalog, IIdTagger tagger, IServiceProvider services)
    : GrainService(id, silo, loggers), IVaultDoor
{
    /// <summary>Only a process with the sandbox carrier has one.</summary>
    private readonly ISandboxInbox? _inbox = services.GetService<ISandboxInbox>();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SandboxNote>> ListSandbox(Caller caller, AliasId alias, int max)
    {
        var mayRead = await catalog.AdmitAsync(caller) is { Kind: AdmissionKind.Admitted, Tenant: { IsLive: false } tenant } && tagger.Owns(tenant.Tenant, alias);
        return mayRead && _inbox is not null ? [.. _inbox.List(alias, max).Select(SandboxNote.Of)] : [];
    }

    /// <inheritdoc/>
    public Task ForgetSandbox(AliasId alias)
    {
        _inbox?.Forget(alias);
        return Task.CompletedTask;
    }
}
