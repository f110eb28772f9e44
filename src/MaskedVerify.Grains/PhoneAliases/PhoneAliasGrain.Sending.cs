using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using Orleans.Runtime.Placement;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Handing claimed attempts to the pump. The only place where number and code stand next to each other.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <summary>The ticket of a claim. Made before the claim is committed, so that nothing but the queue can fail between the two.</summary>
    private static SendTicket TicketOf(PhoneAliasState state, ClaimedAttempt claim, PhoneNumber number, OneTimeCode code, TenantPolicy policy, long claimedAt)
    {
        var id = PackedIds.Verification(claim.Verification.PackedId, state.Alias);
        var entry = Array.Find(claim.Verification.Codes, c => c.Send == claim.CodeSend);
        var validity = TimeSpan.FromMilliseconds((entry?.ExpiresAt ?? claim.Verification.ExpiresAt) - claim.Verification.Attempts[claim.Attempt].At);
        var text = MessageText.Of(claim, code, policy.Brand, validity);
        return new SendTicket(state.Alias, id, claim.Attempt, claim.Route, claim.Channel, number, text, claimedAt)
        {
            IsLastRoute = claim.IsLastRoute,
            ClaimedAt = claim.Verification.Attempts[claim.Attempt].At,
        };
    }

    /// <summary>The ticket of a claim whose code is only at hand sealed.</summary>
    private async ValueTask<SendTicket> TicketOfAsync(PhoneAliasState state, ClaimedAttempt claim, TenantPolicy policy, long claimedAt)
    {
        var code = await OpenCodeAsync(state, claim.Verification, claim.CodeSend);
        return TicketOf(state, claim, await OpenNumberAsync(state), code, policy, claimedAt);
    }

    private async ValueTask<OneTimeCode> OpenCodeAsync(PhoneAliasState state, LiveVerification verification, int codeSend)
    {
        var sealedCode = Array.Find(verification.Codes, c => c.Send == codeSend)?.Sealed;
        var id = PackedIds.Verification(verification.PackedId, state.Alias);
        return await _tools.Codes.OpenAsync(state.Tenant, state.Alias, id, codeSend, sealedCode);
    }

    /// <summary>A command that claims an attempt. A silo that leaves the cluster does not begin one: its caller is told to try again, and finds the alias elsewhere.</summary>
    private Task<VerificationReply> SendAsync(string command, Func<Task<VerificationReply>> act) => AnswerAsync(command, async () =>
    {
        if (!_tools.Pump.TryEnter(SendTurn.Command))
        {
            MoveAway();
            return Unavailable;
        }

        try
        {
            return await act();
        }
        finally
        {
            _tools.Pump.Leave();
        }
    });

    /// <summary>Moves this activation to another vault, if there is one.</summary>
    private void MoveAway()
    {
        LogLeaving(_key);
        var others = _tools.Cluster.Others(SiloRoles.Vault);
        if (others.Count > 0)
        {
            // The hint keeps placement from choosing the silo that leaves: the cluster still counts it as active.
            var other = others[(int)((uint)_key.GetHashCode(StringComparison.Ordinal) % (uint)others.Count)];
            GrainContext.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = other });
        }
    }

    /// <summary>
    /// After the claim is durable. A full queue counts as "not sent": the claim moves to a route of another carrier, or the verification ends. What cannot be
    /// carried on is left to the due step, which is durable.
    /// </summary>
    private async Task HandOverAsync(SendTicket ticket, ClaimedAttempt claim, TenantSnapshot tenant)
    {
        while (!_tools.Pump.TryEnqueue(ticket))
        {
            if (_tools.Pump.IsClosed)
            {
                return;
            }

            LogQueueFull(_key);
            if (await ClaimElsewhereAsync(ticket, tenant) is not { } next)
            {
                return;
            }

            (ticket, claim) = next;
        }

        _tools.Metrics.Claimed(WhyOf(claim));
        _row.Show(PhoneAliasRules.Queued(_row.Current, ticket.Verification, ticket.Attempt));
    }

    private async Task<(SendTicket Ticket, ClaimedAttempt Claim)?> ClaimElsewhereAsync(SendTicket full, TenantSnapshot tenant)
    {
        try
        {
            var state = _row.Current;
            if (PhoneAliasRules.Find(state, full.Verification) is not { } verification)
            {
                return null;
            }

            var plan = await PlanAsync(verification, full.Channel, tenant.IsLive);
            var others = plan with { Routes = [.. plan.Routes.Where(r => r.Carrier != full.Route.Carrier)] };
            var report = new AttemptReport(full.Verification, full.Attempt, full.Route.Carrier, (int)CarrierError.NotSent, null, 0, default);
            var claimedAt = _tools.Time.GetTimestamp();
            var decision = await WithReturnAsync(PhoneAliasRules.AttemptReported(state, report, others, TermsOf(tenant)), tenant);
            var ticket = decision.Outcome.Claim is { } claim ? await TicketOfAsync(decision.State, claim, tenant.Policy, claimedAt) : null;
            if (await CommitAsync(decision, [], AuditNotes.System) != CommitEnd.Durable || ticket is null || decision.Outcome.Claim is null)
            {
                return null;
            }

            return (ticket, decision.Outcome.Claim);
        }
        catch (Exception error) when (IsAway(error))
        {
            return null;
        }
    }

    /// <summary>Routes for a step that no caller asked for; none while the tenant is frozen.</summary>
    private async ValueTask<RoutePlan?> PlanForStepAsync(TenantSnapshot tenant, LiveVerification verification, Channel channel) =>
        tenant.IsFrozen ? null : await PlanAsync(verification, channel, tenant.IsLive);

    private static string WhyOf(ClaimedAttempt claim) => claim.Verification.Attempts[claim.Attempt].Why switch
    {
        null => "start",
        PhoneAliasWords.Resend => "resend",
        "throttled" => "throttled",
        _ => "next-route",
    };
}
