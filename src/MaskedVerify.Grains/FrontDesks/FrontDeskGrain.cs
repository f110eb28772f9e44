using MaskedVerify.Privacy;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.FrontDesks;

/// <inheritdoc cref="IFrontDeskGrain"/>
[GrainType("front-desk")]
[StatelessWorker]
internal sealed class FrontDeskGrain(IGrainContext context, ITagKeyExport keys, IKeyManagementService kms) : IGrainBase, IFrontDeskGrain
{
    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <inheritdoc/>
    public Task<FrontTerms> GetTerms(IReadOnlyList<int> known) => Task.FromResult(new FrontTerms(
        keys.Versions.SequenceEqual(known) ? null : [.. keys.Export().Select(k => new FrontTagKey(k.Version, k.Bytes))],
        kms.AllowsLiveTenants));
}
