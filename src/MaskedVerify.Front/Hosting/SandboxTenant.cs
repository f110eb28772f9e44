using MaskedVerify.Domain;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// Makes the sandbox tenant once, and sees that the key in <c>sandbox.key</c> (or the one given from outside) opens it at every start. In a cluster the silo that
/// found the tenant without a key makes one; the others show none unless they were given it, so that keys do not multiply with silos.
/// </summary>
internal sealed partial class SandboxTenant(IGrainFactory grains, ITenantCatalog catalog, DataFolder folder, FrontOptions options, ServerInfo info, TimeProvider time, ILogger<SandboxTenant> logger)
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

    /// <summary>Between two tries, of which there are at most 20.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(500);

    private ITenantGrain Grain => grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(Id));

    /// <summary>After the silo has started: tenant and key.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var tenant = await Grain.Get() ?? await CreateAsync();
                info.SandboxKey = await EnsureKeyAsync(tenant) ?? "";
                await catalog.RefreshAsync(cancellationToken);
                break;
            }
            catch (Exception error) when (IsOfAYoungCluster(error, attempt))
            {
                // While silos join, a grain may move between them and a call to it may miss it.
                await Task.Delay(s_settling, time, cancellationToken);
            }
        }

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

    // Creating what exists in the same form is no error: of silos that start at once one makes it, and the others find it made.
    private async Task<TenantSnapshot> CreateAsync() => Done(await Grain.Create("Sandbox", live: false, s_policy));

    private async Task<string?> EnsureKeyAsync(TenantSnapshot tenant)
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

        var isOfAnotherSilo = options.Engine != StorageEngine.Sqlite && folder.ReadSecret(KeyFile) is null && tenant.Keys.Any(k => k.RevokedAt is null);
        return isOfAnotherSilo ? null : await ReplaceAsync(tenant);
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

    private bool IsOfAYoungCluster(Exception error, int attempt) =>
        options.Engine != StorageEngine.Sqlite && attempt < 20 && error is not (FrontStartException or OperationCanceledException);

    private static bool IsRevoked(TenantSnapshot tenant, ApiKeyText key) => tenant.Keys.Any(k => k.KeyId == key.KeyId && k.RevokedAt is not null);

    private static TenantSnapshot Done(TenantReply reply) => reply is { Ok: true, Tenant: { } tenant }
        ? tenant
        : throw new FrontStartException(ExitCodes.DataUnusable, "The sandbox tenant could not be made: " + string.Join(' ', reply.Errors));

    [LoggerMessage(EventIds.SandboxKeyReplaced, LogLevel.Warning, "The key in sandbox.key is revoked or unreadable; a new one was made")]
    private partial void LogKeyReplaced();
}
