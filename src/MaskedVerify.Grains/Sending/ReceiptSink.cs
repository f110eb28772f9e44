using System.Collections.Concurrent;
using System.Threading.Channels;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// Takes delivery receipts: durable first, then acknowledged, then applied in the background. What is not applied (a crash, a receipt that came before its
/// message id) is found again by polling. One that always fails is tried ever more seldom, so that it is in nobody's way, and set aside after a day.
/// </summary>
internal sealed partial class ReceiptSink(
    IHotStore store, IGrainFactory grains, AttemptReporter reporter, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<ReceiptSink> logger)
    : BackgroundService, IReceiptSink
{
    /// <summary>How long a receipt is kept (security page, "Law in product terms").</summary>
    internal static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private const int Batch = 256;
    private const int Workers = 8;

    private readonly Channel<ReceiptMatch> _matches = System.Threading.Channels.Channel.CreateBounded<ReceiptMatch>(4 * Batch);
    private readonly ConcurrentDictionary<(CarrierId Carrier, string MessageId), bool> _underWay = new();

    /// <summary>Receipts that failed.</summary>
    internal FailingSteps<(CarrierId Carrier, string MessageId)> Failing { get; } = new();

    /// <inheritdoc/>
    public async Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        // Never cancelled once begun: a carrier that goes away does not stop the write.
        cancellationToken.ThrowIfCancellationRequested();
        if (receipt.OtherIds.Count == 0)
        {
            await StoreAsync(receipt);
            return;
        }

        string[] ids = [receipt.MessageId, .. receipt.OtherIds];
        var found = await MeantAsync(receipt.Carrier, ids, receipt.At, receipt.SubmittedAt);
        if (found.Count > 1)
        {
            CountAmbiguous(receipt.Carrier);
            return;
        }

        foreach (var id in found.Count == 1 ? [.. found] : ids)
        {
            await StoreAsync(receipt with
            {
                MessageId = id,
                OtherIds = found.Count == 1 ? [] : [.. ids.Where(other => other != id)],
                SubmittedAt = id == receipt.MessageId ? receipt.SubmittedAt : null,
            });
        }
    }

    /// <inheritdoc/>
    public Task RecordLateAsync(LateAnswer answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return reporter.ReportAsync(
            answer.Verification,
            new AttemptReport(answer.Verification, answer.Attempt, answer.Carrier, (int)CarrierError.None, answer.MessageId, answer.Segments, answer.SubmittedAt));
    }

    /// <summary>Looks once for receipts that are matched and not applied, past those that fail and wait; returns how many it found.</summary>
    internal async Task<int> PollAsync(CancellationToken cancellationToken)
    {
        var found = await store.FindUnappliedReceiptsAsync(Batch + Failing.Count, cancellationToken);
        var now = time.GetUtcNow();
        foreach (var match in found.Where(m => !Failing.Waits(KeyOf(m), now)))
            Enqueue(match);

        return found.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)).ToArray();
        using var timer = new PeriodicTimer(options.Value.ReceiptPollInterval, time);
        var polls = new RepeatedWork(LogPollFailed);
        while (await Patience.NextTickAsync(timer, stoppingToken))
            await polls.TryAsync(PollAsync, stoppingToken);

        await Task.WhenAll(workers);
    }

    private async Task StoreAsync(DeliveryReceipt receipt)
    {
        var match = await store.RecordReceiptAsync(
            new ParkedReceipt(receipt.Carrier, receipt.MessageId, receipt.State, receipt.Reason, receipt.At, time.GetUtcNow() + Retention)
            {
                SubmittedAt = receipt.SubmittedAt,
                OtherIds = receipt.OtherIds,
            });
        metrics.ReceiptStored(receipt.Carrier, receipt.State, match is not null);
        if (match is { IsApplied: true })
            metrics.ReceiptApplied(receipt.Carrier, receipt.State);
        else if (match is not null)
            Enqueue(match);
    }

    /// <summary>Which of the ids a receipt means: one for each attempt that was submitted before it. The attempt of the first id may still be to come: then <paramref name="submittedAt"/> is its.</summary>
    private async Task<IReadOnlyList<string>> MeantAsync(CarrierId carrier, string[] ids, DateTimeOffset at, DateTimeOffset? submittedAt)
    {
        var maps = await store.FindReceiptMapsAsync(carrier, ids);
        var known = maps.Where(map => map.SubmittedAt <= at && !(submittedAt is not null && map.MessageId == ids[0])).DistinctBy(map => (map.Verification, map.Attempt)).Select(map => map.MessageId);
        return [.. submittedAt is null ? known : known.Prepend(ids[0])];
    }

    private void CountAmbiguous(CarrierId carrier)
    {
        metrics.ReceiptAmbiguous(carrier);
        LogAmbiguous(carrier);
    }

    private void Enqueue(ReceiptMatch match)
    {
        // When the queue is full the poll finds it again.
        if (_underWay.TryAdd(KeyOf(match), true) && !_matches.Writer.TryWrite(match))
            _underWay.TryRemove(KeyOf(match), out _);
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var match in _matches.Reader.ReadSharedAsync(stopping))
            {
                await ApplyAsync(match);
                _underWay.TryRemove(KeyOf(match), out _);
            }
        }
        catch (OperationCanceledException)
        {
            // Whatever is left is found by another silo, or after the restart.
        }
    }

    private async Task ApplyAsync(ReceiptMatch match)
    {
        var receipt = match.Receipt;
        try
        {
            // It was parked under several ids: others may have become known meanwhile.
            if (receipt.OtherIds.Count > 0 && (await MeantAsync(receipt.Carrier, [receipt.MessageId, .. receipt.OtherIds], receipt.At, null)).Count > 1)
            {
                if (await TrySettleAsync(match))
                    CountAmbiguous(receipt.Carrier);
                return;
            }

            await grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(match.Verification)).RecordReceipt(
                match.Verification, match.Attempt, receipt.Carrier, receipt.MessageId, receipt.State, receipt.Reason, receipt.At);
            metrics.ReceiptApplied(receipt.Carrier, receipt.State);
            Failing.Ended(KeyOf(match));
        }
        catch (Exception error)
        {
            LogApplyFailed(match.Verification, error.GetType().Name);
            if (Failing.Failed(KeyOf(match), time.GetUtcNow()))
                await SetAsideAsync(match);
        }
    }

    private async Task SetAsideAsync(ReceiptMatch match)
    {
        try
        {
            if (!await TrySettleAsync(match))
                return;

            Failing.Ended(KeyOf(match));
            metrics.ReceiptSetAside(match.Receipt.Carrier);
            LogSetAside(match.Alias);
        }
        catch (StorageUnavailableException)
        {
            // The next failure tries again.
        }
    }

    /// <summary>Marks a receipt as done without its grain, whose row stays as it is.</summary>
    private async Task<bool> TrySettleAsync(ReceiptMatch match)
    {
        var key = GrainKeys.PhoneAlias(match.Verification);
        var state = await store.ReadAsync(StateNames.PhoneAlias, key);
        var done = new ReceiptAppliedRow(match.Receipt.Carrier, match.Receipt.MessageId, match.Verification, match.Attempt, match.Receipt.State);
        var result = await store.CommitAsync(new HotCommit(StateNames.PhoneAlias, key, state?.Version ?? 0, state?.Payload, [done]));
        return result.Status == CommitStatus.Committed;
    }

    private static (CarrierId Carrier, string MessageId) KeyOf(ReceiptMatch match) => (match.Receipt.Carrier, match.Receipt.MessageId);
}
