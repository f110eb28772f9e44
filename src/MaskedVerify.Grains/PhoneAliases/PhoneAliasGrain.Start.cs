using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Starting: one turn, one commit.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public Task<VerificationReply> Start(Caller caller, CommandStamp stamp, AliasStart start) => SendAsync("start", async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        if (!Knows(tenant, start.Alias))
        {
            return NotFound;
        }

        // Before any look at a key: what was answered while there was an alias is not answered without it.
        if (!_row.Exists && start.Sealed is null)
        {
            return new VerificationReply(ReplyKind.NumberRequired);
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, start);
        if (await ReplayAsync(key) is { } replay)
        {
            return replay;
        }

        if (await StateForAsync(tenant, start.Alias, start.Context, start.Sealed, start.Destination) is not { } state)
        {
            return new VerificationReply(ReplyKind.NumberRequired);
        }

        var terms = TermsOf(tenant);
        return PhoneAliasRules.FindStart(state, (ulong)stamp.CommandId) is { } same
            ? await ReplyAsync(state, new PhoneAliasOutcome(ReplyKind.Ok) { Live = same }, terms)
            : await StartAsync(caller, stamp, start, tenant, state, key);
    });

    /// <summary>
    /// The row, or the one that is to be made; null when the number is needed for it, or when the alias was erased: a desk may have sealed the number before that, or under
    /// a key that its silo still remembers.
    /// </summary>
    private async ValueTask<PhoneAliasState?> StateForAsync(TenantSnapshot tenant, AliasId alias, string context, byte[]? sealedNumber, PhoneDestination destination)
    {
        if (_row.Exists)
        {
            return _row.Current;
        }

        return sealedNumber is null || _row.IsErased || !await _tools.Aliases.HasKeyAsync(tenant.Tenant, alias)
            ? null
            : PhoneAliasRules.NewAlias(alias, tenant.Tenant, context, sealedNumber, destination, Now.ToUnixTimeMilliseconds());
    }

    private async Task<VerificationReply> StartAsync(
        Caller caller, CommandStamp stamp, AliasStart start, TenantSnapshot tenant, PhoneAliasState state, HeldKey? key)
    {
        var id = _tools.Tagger.NewVerification(tenant.Tenant, state.Alias);
        var number = await OpenNumberAsync(state);
        state = _row.Exists ? state : await _tools.WithKeptAsync(state, number);
        var trial = await _tools.TryAsync(state, start, (ulong)stamp.CommandId, id, number, tenant);
        var terms = TermsOf(tenant);
        if (PhoneAliasRules.JudgeStart(state, trial, terms) is { } refusal)
        {
            return await ReplyAsync(state, refusal, terms);
        }

        if (await _tools.Permits.TakeAsync(tenant.Tenant) is { } quota)
        {
            return new VerificationReply(ReplyKind.QuotaExceeded, Limit: quota);
        }

        var isUsed = false;
        try
        {
            var reply = await StartWithPermitAsync(caller, stamp, id, trial, tenant, state, key);
            isUsed = reply.Kind == ReplyKind.Ok;
            return reply;
        }
        finally
        {
            if (!isUsed)
            {
                _tools.Permits.Return(tenant.Tenant);
            }
        }
    }

    private async Task<VerificationReply> StartWithPermitAsync(
        Caller caller, CommandStamp stamp, VerificationId id, StartTrial trial, TenantSnapshot tenant, PhoneAliasState state, HeldKey? key)
    {
        var code = OneTimeCode.Random(trial.Request.CodeLength ?? tenant.Policy.CodeLength);
        var protectedCode = await ProtectAsync(state, id, send: 1, code);
        var terms = TermsOf(tenant);
        var claimedAt = _tools.Time.GetTimestamp();
        var decision = PhoneAliasRules.Start(state, trial, id, (ulong)stamp.CommandId, protectedCode, terms);
        var reply = await ReplyAsync(decision.State, decision.Outcome, terms);
        if (decision.Outcome.Claim is not { } claim)
        {
            return reply;
        }

        var ticket = TicketOf(decision.State, claim, trial.Number, code, tenant.Policy, claimedAt);
        var rows = _tools.Ledger.Claim(key, reply, Now, state.Alias).Append(AuditNotes.Started(tenant.Tenant, caller.KeyId, id, Now));
        var end = await CommitAsync(decision, rows, caller.KeyId);
        if (end != CommitEnd.Durable)
        {
            return end == CommitEnd.NumberAtCap ? await NumberAtCapAsync(state, trial.Guard.Key, TermsOf(tenant)) : await FailedAsync(end, key);
        }

        _tools.Metrics.Started();
        await HandOverAsync(ticket, claim, tenant);
        return await ShowAsync(id, reply, tenant);
    }

    /// <summary>The verification as it is after the hand-over (queued, or ended because every queue was full).</summary>
    private async ValueTask<VerificationReply> ShowAsync(VerificationId id, VerificationReply reply, TenantSnapshot tenant) =>
        _isLost ? reply : await ViewNowAsync(id, tenant) is { Verification: { } view } ? reply with { Verification = view } : reply;

    private async ValueTask<ProtectedCode> ProtectAsync(PhoneAliasState state, VerificationId id, int send, OneTimeCode code) => new(
        _tools.Codes.Mac(state.Tenant, id, send, code),
        await _tools.Codes.SealAsync(state.Tenant, state.Alias, id, send, code));
}
