using MaskedVerify.Domain;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Hosting;

/// <summary>Makes the sandbox tenant once, and sees that the key in <c>sandbox.key</c> (or the one given from outside) opens it at every start.</summary>
internal sealed partial class SandboxTenant(IGrainFactory grains, IServiceProvider services, DataFolder folder, FrontOptions options, ServerInfo info, ILogger<SandboxTenant> logger)
    : IHostedLifecycleService
{
    /// <summary>Name of the key file in the data folder.</summary>
    public const string KeyFile = "sandbox.key";

    /// <summary>Its id, the same in every installation.</summary>
    public static TenantId Id { get; } = TenantId.Parse("tn-sandbox");

    /// <summary>
    /// Contexts as in the examples of api.md, and limits that a developer does not run into at once; waits between sends and checks are those of every tenant.
    /// </summary>
    private static readonly TenantPolicy s_policy = new()
    {
        Contexts = ["default", "buyer", "seller"],
        Countries = ["*"],
        SendsPerHour = 60,
        SendsPerDay = 500,
        NumberSendsPerHour = 60,
        NumberSendsPerDay = 500,
    };

    private ITenantGrain Grain => grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(Id));

    /// <summary>After the silo has started: tenant and key.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!options.Has(SiloRoles.Vault))
        {
            // Vaults make it; a front or egress silo is complete once it runs.
            info.SandboxKey = options.SandboxKey.Reveal();
            info.IsPrepared = true;
            return;
        }

        var tenant = await Grain.Get() ?? await CreateAsync();
        info.SandboxKey = await EnsureKeyAsync(tenant);
        await services.GetRequiredService<ITenantCatalog>().RefreshAsync(cancellationToken);
        info.IsPrepared = true;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<TenantSnapshot> CreateAsync() => Done(await Grain.Create("Sandbox", live: false, s_policy));

    private async Task<string> EnsureKeyAsync(TenantSnapshot tenant)
    {
        if (options.SandboxKey is { IsNone: false } given)
        {
            await AddAsync(tenant, given, "given by the environment");
            return given.Reveal();
        }

        if (folder.ReadSecret(KeyFile) is { } text && ApiKeyText.TryParse(text, out var stored) && !IsRevoked(tenant, stored))
        {
            await AddAsync(tenant, stored, "sandbox.key");
            return text;
        }

        return await ReplaceAsync(tenant);
    }

    // The file is written first: a key that is in force is never lost.
    private async Task<string> ReplaceAsync(TenantSnapshot tenant)
    {
        if (folder.ReadSecret(KeyFile) is not null)
            LogKeyReplaced();
        var fresh = ApiKeyText.Create(live: false);
        var text = fresh.Reveal();
        folder.WriteSecret(KeyFile, text);
        await AddAsync(tenant, fresh, "sandbox.key");
        return text;
    }

    private async Task AddAsync(TenantSnapshot tenant, ApiKeyText key, string label)
    {
        if (!tenant.Keys.Any(k => k.KeyId == key.KeyId))
            Done(await Grain.AddKey(key.KeyId, key.SecretHash(), label, expiresAt: null));
    }

    private static bool IsRevoked(TenantSnapshot tenant, ApiKeyText key) => tenant.Keys.Any(k => k.KeyId == key.KeyId && k.RevokedAt is not null);

    private static TenantSnapshot Done(TenantReply reply) => reply is { Ok: true, Tenant: { } tenant }
        ? tenant
        : throw new FrontStartException(ExitCodes.DataUnusable, "The sandbox tenant could not be made: " + string.Join(' ', reply.Errors));

    [LoggerMessage(EventIds.SandboxKeyReplaced, LogLevel.Warning, "The key in sandbox.key is revoked or unreadable; a new one was made")]
    private partial void LogKeyReplaced();
}
