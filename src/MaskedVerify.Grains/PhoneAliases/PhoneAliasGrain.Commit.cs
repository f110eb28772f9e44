using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Making decisions durable.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <summary>Facts that need not be durable at once wait at most this long (design, "write budget").</summary>
    private static readonly TimeSpan FlushAfter = TimeSpan.FromSeconds(1);

    private IGrainTimer? _flush;
    private bool _willFlush;
    private bool _isLost;

    /// <summary>
    /// Commits a decision with everything that waits, unless a caller asked for it and audit events cannot leave the outbox (ADR 0015); afterwards the activation ends when
    /// nothing keeps it, or when it cannot be trusted any more.
    /// </summary>
    private async Task<CommitEnd> CommitAsync(PhoneAliasDecision decision, IEnumerable<SideRow> more, string actor)
    {
        if (!string.Equals(actor, AuditNotes.System, StringComparison.Ordinal) && _tools.AuditBound.Refuses())
        {
            return CommitEnd.NotWritten;
        }

        var now = Now;
        var news = NewlyEnded(decision);
        var audit = Array.ConvertAll(news, n => AuditNotes.Ended(decision.State.Tenant, actor, n.Id, n.Ended, now));
        var end = Trust(await _row.CommitAsync(decision, audit.Length == 0 ? more : more.Concat(audit), now));
        if (end == CommitEnd.Durable)
        {
            ReturnPermit(decision);
            foreach (var (id, ended) in news)
            {
                _tools.Metrics.Ended(ended);
                if (ended.Status == VerificationStatus.Approved && Array.FindLast(ended.Verification.Attempts, a => a.IsHopeful) is { } brought)
                {
                    _tools.Routes.Count(brought.Route, decision.State.Destination.Country, RouteOutcomeCount.Approved);
                }

                _waiters.Signal(id);
            }

            LeaveWhenNothingIsLive(decision.Ended);
        }

        return end;
    }

    private void ReturnPermit(PhoneAliasDecision decision)
    {
        if (decision.Returned is { } returned)
        {
            _tools.Permits.ReturnUnsent(decision.State.Tenant, DateTimeOffset.FromUnixTimeMilliseconds(returned.ClaimedAt));
        }
    }

    /// <summary>Verifications that were live until this decision.</summary>
    private (VerificationId Id, EndedVerification Ended)[] NewlyEnded(PhoneAliasDecision decision)
    {
        if (decision.Ended.Count == 0)
        {
            return [];
        }

        var alias = decision.State.Alias;
        var wasLive = _row.Current.Live;
        return
        [
            .. decision.Ended
                .Where(e => Array.Exists(wasLive, v => v.Is(e.Verification.PackedId)))
                .Select(e => (PackedIds.Verification(e.Verification.PackedId, alias), e)),
        ];
    }

    /// <summary>Ends an activation whose memory may be wrong: the next one reads what really stands in the store.</summary>
    private CommitEnd Trust(CommitEnd end)
    {
        if (end == CommitEnd.Lost)
        {
            LogConflict(_key, _row.Fault ?? "none");
            _isLost = true;
            _waiters.SignalAll();
            this.DeactivateOnIdle();
        }
        else if (end == CommitEnd.NotWritten)
        {
            // The row is what it was and memory says so: the activation may go on, and keeps what waits.
            LogStorageAway(_key);
        }

        return end;
    }

    /// <summary>An alias with nothing live leaves memory at its terminal commit, unless a carrier's result is still to come.</summary>
    private void LeaveWhenNothingIsLive(IReadOnlyList<EndedVerification> ended)
    {
        if (IsIdle && !ended.Any(e => Array.Exists(e.Verification.Attempts, a => a.IsAwaited)))
        {
            this.DeactivateOnIdle();
        }
    }

    private bool IsIdle => _row.Current.Live.Length == 0 && !_row.IsWaiting;

    /// <summary>Takes facts over that may wait for the next commit, or for the timer.</summary>
    private void Defer(PhoneAliasDecision decision)
    {
        // The oldest fact that waits sets the time.
        var isFirst = !_row.IsWaiting;
        _row.Defer(decision);
        ReturnPermit(decision);
        if (isFirst || !_willFlush)
        {
            FlushLater();
        }
    }

    private void FlushLater()
    {
        _willFlush = true;
        if (_flush is null)
        {
            _flush = this.RegisterGrainTimer(FlushAsync, new GrainTimerCreationOptions(FlushAfter, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        else
        {
            _flush.Change(FlushAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task FlushAsync()
    {
        _willFlush = false;
        if (!_row.IsWaiting)
        {
            return;
        }

        try
        {
            var nothing = new PhoneAliasDecision(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok));
            if (await CommitAsync(nothing, [], AuditNotes.System) == CommitEnd.NotWritten)
            {
                FlushLater();
            }
        }
        catch (Exception error)
        {
            LogFlushFailed(_key, error.GetType().Name);
        }
    }

    /// <summary>The tenant of this alias for steps that no caller asked for.</summary>
    private TenantSnapshot Owner()
    {
        if (_tools.Catalog.Find(_row.Current.Tenant) is { } tenant)
        {
            return tenant;
        }

        LogUnknownTenant(_key);
        throw new StorageUnavailableException("This silo does not know the alias' tenant yet. Try again.");
    }

    /// <summary>For commands that are repeated until they succeed.</summary>
    private static void Require(CommitEnd end)
    {
        if (end != CommitEnd.Durable)
        {
            throw new StorageUnavailableException("The change could not be made durable. Try again.");
        }
    }
}
