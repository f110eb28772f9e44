using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

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
