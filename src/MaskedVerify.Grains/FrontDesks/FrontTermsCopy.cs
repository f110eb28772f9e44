using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.FrontDesks;

/// <summary>
/// A front-only silo's copy of the terms: asked for at the start until a vault answers, then every few seconds, so that a new version of the tag key is here before
/// ids are made with it.
/// </summary>
internal sealed partial class FrontTermsCopy(IGrainFactory grains, ITagKeyCopy keys, TimeProvider time, ILogger<FrontTermsCopy> logger) : BackgroundService, ITenantTerms
{
    /// <summary>Pause between two questions once the terms are here.</summary>
    internal static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    /// <summary>Pause while a vault is waited for.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(500);

    private volatile FrontTerms? _terms;

    /// <summary>Whether the terms are here.</summary>
    internal bool IsLoaded => _terms is not null;

    /// <inheritdoc/>
    public bool AllowsLiveTenants =>
        _terms?.AllowsLiveTenants ?? throw new KeyManagementException("No vault has answered this front yet.");

    /// <summary>Asks once.</summary>
    internal async Task RefreshAsync()
    {
        var terms = await grains.GetGrain<IFrontDeskGrain>(GrainKeys.FrontDesk).GetTerms(keys.Versions);
        if (terms.TagKeys is { } fresh)
        {
            keys.Take([.. fresh.Select(k => new TagKey(k.Version, k.Bytes))]);
            LogTaken(fresh.Max(k => k.Version), fresh.Count);
        }

        _terms = terms with { TagKeys = null };
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var questions = new RepeatedWork(LogFailed);
        do
        {
            // A question cannot be cut short.
            await questions.TryAsync(_ => RefreshAsync(), CancellationToken.None);
        }
        while (await Patience.PauseAsync(IsLoaded ? RenewEvery : AskAgainAfter, time, stoppingToken));
    }
}
