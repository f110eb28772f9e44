using MaskedVerify.Domain;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What comes back from outside of a turn: results, receipts, due steps. Each is repeated by its sender until it returns.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public async Task RecordAttempt(AttemptReport report)
    {
        if (!IsMine(report.Id))
        {
            return;
        }

        var tenant = Owner();
        var terms = TermsOf(tenant);
        if (PhoneAliasRules.Find(_row.Current, report.Id) is not { } verification)
        {
            if (await FindEndedAsync(report.Id) is { } ended)
            {
                Defer(await WithReturnAsync(PhoneAliasRules.AttemptReportedLate(_row.Current, ended, report, terms), tenant));
            }

            return;
        }

        var plan = PhoneAliasRules.WantsNextRoute(_row.Current, report, terms)
            ? await PlanForStepAsync(tenant, verification, verification.Attempts[report.Attempt].Channel)
            : null;
        await CarryOutAsync(await WithReturnAsync(PhoneAliasRules.AttemptReported(_row.Current, report, plan, TermsOf(tenant)), tenant), tenant);
        _waiters.Signal(report.Id);
    }

    /// <inheritdoc/>
    public async Task RecordReceipt(
        VerificationId id, int attempt, CarrierId carrier, string messageId, AttemptStatus state, string? reason, DateTimeOffset at)
    {
        if (!IsMine(id))
        {
            return;
        }

        var news = new ReceiptNews(id, attempt, carrier, messageId, state, reason);
        var decision = PhoneAliasRules.Find(_row.Current, id) is not null
            ? PhoneAliasRules.ReceiptArrived(_row.Current, news, TermsOf(Owner()))
            : PhoneAliasRules.ReceiptArrivedLate(_row.Current, await FindEndedAsync(id), news);
        Require(await CommitAsync(decision, [], AuditNotes.System));
        _waiters.Signal(id);
    }

    /// <inheritdoc/>
    public async Task Resume(VerificationId id)
    {
        if (!IsMine(id))
        {
            await ForgetStepAsync(id);
            return;
        }

        var tenant = Owner();
        var plan = PhoneAliasRules.DueWantsNextRoute(_row.Current, id, TermsOf(tenant)) && PhoneAliasRules.Find(_row.Current, id) is { } verification
            ? await PlanForStepAsync(tenant, verification, verification.Channel)
            : null;
        await CarryOutAsync(PhoneAliasRules.Due(_row.Current, id, plan, TermsOf(tenant)), tenant);
        _waiters.Signal(id);
    }

    /// <summary>With what a message that never left gives back of its number.</summary>
    private async ValueTask<PhoneAliasDecision> WithReturnAsync(PhoneAliasDecision decision, TenantSnapshot tenant)
    {
        if (decision.Returned is not { } returned)
        {
            return decision;
        }

        var guardKey = _tools.Hashes.Guard(await OpenNumberAsync(decision.State), tenant.IsLive);
        return decision with { Rows = [.. decision.Rows, new GuardReturnRow(guardKey, _tools.Hashes.GuardedSend(returned.Verification, returned.Send))] };
    }

    /// <summary>Commits a step that claims a route, ends a verification or moves its due time; keeps any other for the next commit.</summary>
    private async Task CarryOutAsync(PhoneAliasDecision decision, TenantSnapshot tenant)
    {
        if (!decision.IsUrgent)
        {
            Defer(decision);
            return;
        }

        if (decision.Outcome.Claim is null)
        {
            Require(await CommitAsync(decision, [], AuditNotes.System));
            return;
        }

        if (!_tools.Pump.TryEnter(SendTurn.Step))
        {
            MoveAway();
            throw new StorageUnavailableException("This silo leaves the cluster and claims nothing any more. Try again.");
        }

        try
        {
            await ClaimAsync(decision, decision.Outcome.Claim, tenant);
        }
        finally
        {
            _tools.Pump.Leave();
        }
    }

    private async Task ClaimAsync(PhoneAliasDecision decision, ClaimedAttempt claim, TenantSnapshot tenant)
    {
        var claimedAt = _tools.Time.GetTimestamp();
        var ticket = await TicketOfAsync(decision.State, claim, tenant.Policy, claimedAt);
        Require(await CommitAsync(decision, [], AuditNotes.System));
        await HandOverAsync(ticket, claim, tenant);
    }

    /// <summary>Whether this alias has a row and the verification is one of its own; an erased alias takes nothing any more.</summary>
    private bool IsMine(VerificationId id)
    {
        Require(_isLost ? CommitEnd.Lost : CommitEnd.Durable);
        return _row.Exists && !id.IsNone && IsKey(GrainKeys.PhoneAlias(id));
    }
}
