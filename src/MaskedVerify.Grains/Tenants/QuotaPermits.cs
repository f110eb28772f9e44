using System.Collections.Concurrent;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tenants;

/// <inheritdoc cref="IQuotaPermits"/>
internal sealed partial class QuotaPermits(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, GrainsMetrics metrics, ILogger<QuotaPermits> logger)
    : BackgroundService, IQuotaPermits
{
    private readonly ConcurrentDictionary<TenantId, QuotaBucket> _buckets = new();

    /// <inheritdoc/>
    public ValueTask<LimitInfo?> TakeAsync(TenantId tenant) => Bucket(tenant).TakeAsync();

    /// <inheritdoc/>
    public void Return(TenantId tenant) => Bucket(tenant).Return();

    /// <inheritdoc/>
    public void ReturnUnsent(TenantId tenant, DateTimeOffset claimedAt) => Bucket(tenant).ReturnUnsent(DateOnly.FromDateTime(claimedAt.UtcDateTime).DayNumber);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TenantRules.WindowLength, time);
        while (await Patience.NextTickAsync(timer, stoppingToken))
        {
            foreach (var bucket in _buckets.Values)
                await GiveBackAsync(bucket);
        }
    }

    private async Task GiveBackAsync(QuotaBucket bucket)
    {
        try
        {
            await bucket.GiveBackAsync();
        }
        catch (Exception error)
        {
            LogLeaseFailed(error.GetType().Name);
        }
    }

    private QuotaBucket Bucket(TenantId tenant) => _buckets.GetOrAdd(tenant, static (id, self) => self.NewBucket(id), this);

    private QuotaBucket NewBucket(TenantId tenant)
    {
        var grain = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant));
        return new QuotaBucket(
            request =>
            {
                metrics.QuotaQuestion();
                return grain.LeaseQuota(request);
            },
            silo.SiloAddress.ToParsableString(),
            time);
    }
}
