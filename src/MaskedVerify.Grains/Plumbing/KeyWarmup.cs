using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Loads the region's keys before the silo becomes a member of the cluster: no grain ever runs here without them.</summary>
internal sealed partial class KeyWarmup(IKeyRingWarmup keys, TimeProvider time, IOptions<GrainsOptions> options, ILogger<KeyWarmup> logger)
{
    /// <summary>Just before the silo tells others that it takes calls, after storage was opened.</summary>
    internal const int Stage = ServiceLifecycleStage.ApplicationServices + 1_000;

    /// <summary>Whether the keys are loaded.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>Storage that is away is waited for; keys that do not open end the start at once.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        KeyManagementException? refused = null;
        await Patience.RetryAsync(
            async token =>
            {
                try
                {
                    await keys.WarmUpAsync(token);
                }
                catch (KeyManagementException error)
                {
                    refused = error;
                }
            },
            options.Value.StartupTimeout,
            time,
            LogFailed,
            cancellationToken);
        if (refused is not null)
            throw refused;

        IsDone = true;
    }
}
