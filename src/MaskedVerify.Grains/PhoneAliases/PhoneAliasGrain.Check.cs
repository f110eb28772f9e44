using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Checking and cancelling.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public Task<VerificationReply> Check(Caller caller, CommandStamp stamp, VerificationId id, OneTimeCode code) => AnswerAsync("check", async () =>
    {
        var reply = await CheckAsync(caller, stamp, id, code);
        _tools.Metrics.Checked(reply);
        return reply;
    });

    /// <inheritdoc/>
    public Task<VerificationReply> Cancel(Caller caller, CommandStamp stamp, VerificationId id) => AnswerAsync("cancel", async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        if (!Knows(tenant, id))
        {
            return NotFound;
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, new AliasCancel(id));
        if (await ReplayAsync(key) is { } replay)
        {
            return replay;
        }

        var terms = TermsOf(tenant);
        var decision = PhoneAliasRules.Find(_row.Current, id) is not null
            ? PhoneAliasRules.Cancel(_row.Current, id, terms)
            : await EndedAsync(id, PhoneAliasRules.CancelEnded);
        return await ConcludeAsync(caller, decision, terms, key);
    });

    private async Task<VerificationReply> CheckAsync(Caller caller, CommandStamp stamp, VerificationId id, OneTimeCode code)
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        if (!Knows(tenant, id))
        {
            return NotFound;
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, new AliasCheck(id, code));
        if (await ReplayAsync(key) is { } replay)
        {
            return replay;
        }

        var (command, terms) = ((ulong)stamp.CommandId, TermsOf(tenant));
        var decision = PhoneAliasRules.Find(_row.Current, id) is { } verification
            ? PhoneAliasRules.Check(_row.Current, id, command, MatchedSend(tenant.Tenant, id, verification, code), terms)
            : await EndedAsync(id, ended => PhoneAliasRules.CheckEnded(ended, command));
        return await ConcludeAsync(caller, decision, terms, key);
    }

    /// <summary>The send whose MAC a typed code matches, or null; every valid code is compared, whichever matches.</summary>
    private int? MatchedSend(TenantId tenant, VerificationId id, LiveVerification verification, OneTimeCode code)
    {
        int? matched = null;
        foreach (var entry in verification.Codes)
        {
            matched = _tools.Codes.Matches(entry.Mac, tenant, id, entry.Send, code) ? entry.Send : matched;
        }

        return matched;
    }

    /// <summary>What an ended verification answers; not-found when nothing is kept of it.</summary>
    private async ValueTask<PhoneAliasDecision> EndedAsync(VerificationId id, Func<EndedVerification, PhoneAliasOutcome> judge) => new(
        _row.Current,
        await FindEndedAsync(id) is { } ended ? judge(ended) : new PhoneAliasOutcome(ReplyKind.NotFound));

    /// <summary>Makes a judgement durable when it changed something, or when its answer must be found again under a key; then answers.</summary>
    private async Task<VerificationReply> ConcludeAsync(Caller caller, PhoneAliasDecision decision, RuleTerms terms, HeldKey? key)
    {
        var reply = await ReplyAsync(decision.State, decision.Outcome, terms);
        var hasEffect = !ReferenceEquals(decision.State, _row.Current);
        if (!hasEffect && (key is null || reply.Kind != ReplyKind.Ok))
        {
            return reply;
        }

        var end = await CommitAsync(decision, _tools.Ledger.Claim(key, reply, Now, decision.State.Alias), caller.KeyId);
        return end == CommitEnd.Durable ? reply : await FailedAsync(end, key);
    }
}
