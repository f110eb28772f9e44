using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>The alias itself: making, showing, erasing.</summary>
internal sealed partial class PhoneAliasGrain
{
    private static readonly AliasReply NoAlias = new(ReplyKind.NotFound);

    /// <inheritdoc/>
    public Task<AliasReply> Open(Caller caller, CommandStamp stamp, AliasOpen open) => AnswerAliasAsync(async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return new AliasReply(ReplyKind.Unauthenticated);
        }

        if (!Knows(tenant, open.Alias))
        {
            return NoAlias;
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, open);
        if (await ReplayAliasAsync(key) is { } replay)
        {
            return replay;
        }

        if (StateFor(tenant, open.Alias, open.Context, open.Sealed, open.Destination) is not { } state)
        {
            return new AliasReply(ReplyKind.NumberRequired);
        }

        var isNew = !_row.Exists;
        state = isNew ? await WithKeptAsync(state, await OpenNumberAsync(state)) : state;
        var reply = new AliasReply(ReplyKind.Ok, PhoneAliasViews.Of(state), Created: isNew);
        if (!isNew && key is null)
        {
            return reply;
        }

        IEnumerable<SideRow> rows = _tools.Ledger.Claim(key, reply, Now);
        rows = isNew ? rows.Append(AuditNotes.Created(tenant.Tenant, caller.KeyId, open.Alias, Now)) : rows;
        var end = await CommitAsync(new PhoneAliasDecision(state, new PhoneAliasOutcome(ReplyKind.Ok)), rows, caller.KeyId);
        return end == CommitEnd.Durable ? reply : await FailedAliasAsync(end, key);
    });

    /// <inheritdoc/>
    public Task<AliasReply> GetAlias(Caller caller, AliasId alias) => AnswerAliasAsync(async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return new AliasReply(ReplyKind.Unauthenticated);
        }

        return Knows(tenant, alias) && _row.Exists ? new AliasReply(ReplyKind.Ok, PhoneAliasViews.Of(_row.Current)) : NoAlias;
    });

    /// <inheritdoc/>
    public Task<AliasReply> Erase(Caller caller, CommandStamp stamp, AliasId alias) => AnswerAliasAsync(async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return new AliasReply(ReplyKind.Unauthenticated);
        }

        if (!Knows(tenant, alias))
        {
            return NoAlias;
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, new AliasErase(alias));
        return await ReplayAliasAsync(key) ?? await EraseAsync(caller, tenant, alias, key);
    });

    /// <summary>Keys first: from then on nothing of the number can be read, whatever happens to the rest. A failure later is made good by repeating the command.</summary>
    private async Task<AliasReply> EraseAsync(Caller caller, TenantSnapshot tenant, AliasId alias, HeldKey? key)
    {
        if (await KeepAsync() is var kept and not CommitEnd.Durable)
        {
            return await FailedAliasAsync(kept, key);
        }

        await _tools.Aliases.EraseAsync(tenant.Tenant, alias);
        await _tools.Inboxes.ForgetAsync(alias);
        if (!_row.Exists)
        {
            return NoAlias;
        }

        await _tools.Store.EraseSideRowsAsync(alias);
        var reply = new AliasReply(ReplyKind.Ok, PhoneAliasViews.Of(_row.Current));
        var end = Trust(await _row.ClearAsync(
        [
            .. _tools.Ledger.Claim(key, reply, Now),
            .. _row.Current.Live.Select(v => new DueDoneRow(PackedIds.Verification(v.PackedId, alias))),
            AuditNotes.Erased(tenant.Tenant, caller.KeyId, alias, Now),
        ]));
        if (end != CommitEnd.Durable)
        {
            return await FailedAliasAsync(end, key);
        }

        LogErased(_key);
        _waiters.SignalAll();
        this.DeactivateOnIdle();
        return reply;
    }

    /// <summary>The state of a new alias with what was kept of an erased one of the same number.</summary>
    private async ValueTask<PhoneAliasState> WithKeptAsync(PhoneAliasState state, PhoneNumber number) =>
        !_row.Exists && await _tools.Store.FindUniqueKeyAsync(_tools.Hashes.Kept(state.Tenant, state.Context, number)) is { } row && row.ExpiresAt > Now
            ? PhoneAliasRules.WithKept(state, _tools.Serializer.Deserialize<PhoneAliasState>(row.Answer) ?? new PhoneAliasState())
            : state;

    /// <summary>Keeps the person's waits and counts while the number can still be opened. A later try of an erasure finds it sealed for ever, and what the first one kept.</summary>
    private async Task<CommitEnd> KeepAsync()
    {
        if (!_row.Exists || PhoneAliasRules.Keep(_row.Current, Now.ToUnixTimeMilliseconds()) is not { } keep)
        {
            return CommitEnd.Durable;
        }

        PhoneNumber number;
        try
        {
            number = await OpenNumberAsync(_row.Current);
        }
        catch (SealBrokenException)
        {
            return CommitEnd.Durable;
        }

        var row = new KeptRow(
            _tools.Hashes.Kept(_row.Current.Tenant, _row.Current.Context, number), _tools.Serializer.SerializeToArray(keep.Limits), DateTimeOffset.FromUnixTimeMilliseconds(keep.Until));
        return await CommitAsync(new PhoneAliasDecision(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok)), [row], AuditNotes.System);
    }

    private async Task<AliasReply> AnswerAliasAsync(Func<Task<AliasReply>> act)
    {
        try
        {
            return _isLost ? new AliasReply(ReplyKind.Unavailable) : await act();
        }
        catch (Exception error) when (IsAway(error))
        {
            return new AliasReply(ReplyKind.Unavailable);
        }
    }

    private async ValueTask<AliasReply?> ReplayAliasAsync(HeldKey? key) => await _tools.Ledger.FindAsync<AliasReply>(key) switch
    {
        null => null,
        { IsReused: false, Answer: { } answer } => answer with { Kind = ReplyKind.Replayed },
        _ => new AliasReply(ReplyKind.KeyReused),
    };

    private async ValueTask<AliasReply> FailedAliasAsync(CommitEnd end, HeldKey? key) => end == CommitEnd.KeyTaken
        ? await ReplayAliasAsync(key) ?? new AliasReply(ReplyKind.InProgress)
        : new AliasReply(ReplyKind.Unavailable);
}
