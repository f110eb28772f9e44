using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Sending again: one turn, one commit.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public Task<VerificationReply> Resend(Caller caller, CommandStamp stamp, VerificationId id, Channel? channel) => SendAsync("resend", async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        if (!Knows(tenant, id))
        {
            return NotFound;
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, new AliasResend(id, channel));
        if (await ReplayAsync(key) is { } replay)
        {
            return replay;
        }

        var (command, terms) = ((ulong)stamp.CommandId, TermsOf(tenant));
        if (PhoneAliasRules.Find(_row.Current, id) is not { } verification)
        {
            return await ConcludeAsync(caller, await EndedAsync(id, ended => PhoneAliasRules.ResendEnded(ended, command)), terms, key);
        }

        if (PhoneAliasRules.IsResent(verification, command))
        {
            return await ReplyAsync(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok) { Live = verification }, terms);
        }

        // Most refusals need neither the number nor a look at its cap.
        return PhoneAliasRules.JudgeResend(_row.Current, verification, channel, guard: null, terms) is { } refusal
            ? await ReplyAsync(_row.Current, refusal, terms)
            : await ResendAsync(caller, command, id, verification, channel, tenant, key);
    });

    private async Task<VerificationReply> ResendAsync(
        Caller caller, ulong command, VerificationId id, LiveVerification verification, Channel? channel, TenantSnapshot tenant, HeldKey? key)
    {
        var state = _row.Current;
        var number = await OpenNumberAsync(state);
        var guardKey = _tools.Hashes.Guard(number, tenant.IsLive);
        var guard = new GuardEntry(guardKey, _tools.Hashes.GuardedSend(id, PhoneAliasRules.NextSend(verification)), await ReadGuardAsync(guardKey));
        var plan = await PlanAsync(verification, channel ?? verification.Channel, tenant.IsLive);
        var isReuse = verification.ResendPolicy == ResendPolicy.Reuse;
        var code = isReuse
            ? await OpenCodeAsync(state, verification, verification.Codes[0].Send)
            : OneTimeCode.Random(verification.CodeLength);
        var fresh = isReuse ? null : await ProtectAsync(state, id, PhoneAliasRules.NextSend(verification), code);
        var terms = TermsOf(tenant);
        var claimedAt = _tools.Time.GetTimestamp();
        var decision = PhoneAliasRules.Resend(state, new ResendCommand(id, command, channel, plan, guard, fresh), terms);
        var reply = await ReplyAsync(decision.State, decision.Outcome, terms);
        if (decision.Outcome.Claim is not { } claim)
        {
            return reply;
        }

        if (await _tools.Permits.TakeAsync(tenant.Tenant) is { } quota)
        {
            return new VerificationReply(ReplyKind.QuotaExceeded, Limit: quota);
        }

        var end = CommitEnd.NotWritten;
        try
        {
            var ticket = TicketOf(decision.State, claim, number, code, tenant.Policy, claimedAt);
            var rows = _tools.Ledger.Claim(key, reply, Now, state.Alias).Append(AuditNotes.Resent(tenant.Tenant, caller.KeyId, id, Now));
            end = await CommitAsync(decision, rows, caller.KeyId);
            if (end != CommitEnd.Durable)
            {
                return end == CommitEnd.NumberAtCap ? await NumberAtCapAsync(state, guardKey, TermsOf(tenant)) : await FailedAsync(end, key);
            }

            await HandOverAsync(ticket, claim, tenant);
            return await ShowAsync(id, reply, tenant);
        }
        finally
        {
            if (end != CommitEnd.Durable)
            {
                _tools.Permits.Return(tenant.Tenant);
            }
        }
    }
}
