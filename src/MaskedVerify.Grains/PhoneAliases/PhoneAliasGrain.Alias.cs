using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>The alias itself: making, showing.</summary>
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

        if (!_row.Exists && open.Sealed is null)
        {
            return new AliasReply(ReplyKind.NumberRequired);
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, open);
        if (await ReplayAliasAsync(key) is { } replay)
        {
            return replay;
        }

        if (await StateForAsync(tenant, open.Alias, open.Context, open.Sealed, open.Destination) is not { } state)
        {
            return new AliasReply(ReplyKind.NumberRequired);
        }

        var isNew = !_row.Exists;
        state = isNew ? await _tools.WithKeptAsync(state, await OpenNumberAsync(state)) : state;
        var reply = new AliasReply(ReplyKind.Ok, PhoneAliasViews.Of(state), Created: isNew);
        if (!isNew && key is null)
        {
            return reply;
        }

        IEnumerable<SideRow> rows = _tools.Ledger.Claim(key, reply, Now, open.Alias);
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
