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
    private readonly ConcurrentDictionary<(TenantId Tenant, QuotaKind Kind), QuotaBucket> _buckets = new();

    /// <inheritdoc/>
    public ValueTask<LimitInfo?> TakeAsync(TenantId tenant, QuotaKind kind = QuotaKind.Sends) => Bucket(tenant, kind).TakeAsync();

    /// <inheritdoc/>
    public ValueTask<LimitInfo?> LookAsync(TenantId tenant, QuotaKind kind = QuotaKind.Sends) => Bucket(tenant, kind).LookAsync();

    /// <inheritdoc/>
    public void Return(TenantId tenant, QuotaKind kind = QuotaKind.Sends) => Bucket(tenant, kind).Return();

    /// <inheritdoc/>
    public void ReturnUnsent(TenantId tenant, DateTimeOffset claimedAt) => Bucket(tenant, QuotaKind.Sends).ReturnUnsent(DateOnly.FromDateTime(claimedAt.UtcDateTime).DayNumber);

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

    private QuotaBucket Bucket(TenantId tenant, QuotaKind kind) => _buckets.GetOrAdd((tenant, kind), static (id, self) => self.NewBucket(id.Tenant, id.Kind), this);

    private QuotaBucket NewBucket(TenantId tenant, QuotaKind kind)
    {
        var grain = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant));
        return new QuotaBucket(
            request =>
            {
                metrics.QuotaQuestion();
                return grain.LeaseQuota(request with { Kind = kind });
            },
            silo.SiloAddress.ToParsableString(),
            time);
    }
}
