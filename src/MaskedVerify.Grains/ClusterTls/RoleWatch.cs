using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// Puts a silo out of the cluster that says it hosts what its certificate is not for. Nothing would be told to it anyway; but as long as others choose it for their grains, their calls wait for nothing.
/// </summary>
internal sealed partial class RoleWatch(
    ClusterTlsMiddleware tls, IClusterMembershipService membership, IServiceProvider services, TimeProvider time, GrainsMetrics metrics, ILogger<RoleWatch> logger) : BackgroundService
{
    // By silo and not by endpoint: the next silo may have another role at the same one.
    private readonly Dictionary<SiloAddress, SiloRoles> _proven = [];
    private readonly HashSet<SiloAddress> _told = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<ClusterRoles>() is not { } cluster)
            return;

        var looks = new RepeatedWork(LogClaimantKept);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await Patience.NextTickAsync(timer, stoppingToken))
        {
            // Who claims no more than HTTP hosts nothing that anybody would be told to.
            foreach (var (silo, claims) in cluster.Claims().Where(c => c.Value != SiloRoles.Front))
                await looks.TryAsync(stopping => JudgeAsync(silo, claims, stopping), stoppingToken);
        }
    }

    private async Task JudgeAsync(SiloAddress silo, SiloRoles claims, CancellationToken cancellationToken)
    {
        if (!_proven.TryGetValue(silo, out var roles))
        {
            if (await tls.GreetAsync(silo.Endpoint, cancellationToken) is not { } shown)
                return;
            _proven[silo] = roles = shown;
        }

        if ((claims & ~roles) == SiloRoles.None)
            return;

        if (_told.Add(silo))
        {
            metrics.PeerRefused("claimed");
            LogClaimRefused(silo.ToParsableString(), claims, roles);
        }

        // While the database of the membership is away, the next look tries again.
        await membership.TryKill(silo);
    }

    [LoggerMessage(EventIds.ClusterClaimRefused, LogLevel.Error, "Silo {Silo} says that it does {Claims}; its certificate is for {Roles}. It is put out of the cluster.")]
    private partial void LogClaimRefused(string silo, SiloRoles claims, SiloRoles roles);

    [LoggerMessage(EventIds.ClusterClaimantKept, LogLevel.Warning, "A silo that claims more than its certificate could not be put out of the cluster ({Error}).")]
    private partial void LogClaimantKept(string error);
}
