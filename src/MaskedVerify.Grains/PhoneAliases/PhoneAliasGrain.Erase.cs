using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Erasing: keys, then one commit that takes every row of the alias with it.</summary>
internal sealed partial class PhoneAliasGrain
{
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

        // Nothing is told as erased before it is, not even by the key of an erasure that stopped half-way.
        var isHalfDone = _row.IsErased && await _tools.Aliases.HasKeyAsync(tenant.Tenant, alias);
        if (isHalfDone)
        {
            await DestroyAsync(_row.Current);
        }

        var key = await _tools.Ledger.HoldAsync(tenant.Tenant, stamp, new AliasErase(alias));
        return await ReplayAliasAsync(key) ?? (isHalfDone ? ErasedReply(_row.Current) : await EraseAsync(caller, ErasedState(tenant.Tenant, alias), key));
    });

    /// <inheritdoc/>
    public async Task DropUnused(TenantId tenant, AliasId alias)
    {
        Require(_isLost ? CommitEnd.Lost : CommitEnd.Durable);
        if (!_row.Exists && !_row.IsErased && IsKey(GrainKeys.PhoneAlias(alias)))
        {
            // A start that has the number sealed already is one turn of this alias too, and asks for the key before it commits.
            await _tools.Aliases.EraseAsync(tenant, alias);
            this.DeactivateOnIdle();
        }
    }

    private static PhoneAliasState ErasedState(TenantId tenant, AliasId alias) => new() { PackedAlias = PackedIds.Pack(alias), Tenant = tenant };

    /// <summary>Its answer is kept under its key longer than the alias, so nothing of the alias is in it but its name.</summary>
    private static AliasReply ErasedReply(PhoneAliasState erased) => new(ReplyKind.Ok, PhoneAliasViews.Of(erased));

    /// <summary>The step of an erased alias itself, in the due table: no verification has this id.</summary>
    private static VerificationId ErasureStep(AliasId alias) => VerificationId.Create('0', alias, UInt128.Zero, 0);

    /// <summary>
    /// What protects the person is kept first, as long as the number can be read. Then keys: from then on nothing of the number can be read, and a repeated command finds the row and goes on. Without a row the commit comes first: then it is the
    /// keys that a repeated command finds, or the step that the commit leaves.
    /// </summary>
    private async Task<AliasReply> EraseAsync(Caller caller, PhoneAliasState erased, HeldKey? key)
    {
        var hasRow = _row.Exists;
        if (!hasRow && !await _tools.Aliases.HasKeyAsync(erased.Tenant, erased.Alias))
        {
            return NoAlias;
        }

        if (hasRow)
        {
            if (await KeepAsync() is var kept and not CommitEnd.Durable)
            {
                return await FailedAliasAsync(kept, key);
            }

            await _tools.Aliases.EraseAsync(erased.Tenant, erased.Alias);
        }

        var reply = ErasedReply(erased);
        var end = Trust(await _row.EraseAsync(
            erased,
            [
                .. _tools.Ledger.Claim(key, reply, Now, alias: default),
                new DueRow(ErasureStep(erased.Alias), erased.Alias, Now + PhoneAliasLimits.ErasedRetention),
                AuditNotes.Erased(erased.Tenant, caller.KeyId, erased.Alias, Now),
            ]));
        if (end != CommitEnd.Durable)
        {
            return await FailedAliasAsync(end, key);
        }

        _waiters.SignalAll();
        await (hasRow ? _tools.Inboxes.ForgetAsync(erased.Alias) : DestroyAsync(erased));
        LogErased(_key);
        this.DeactivateOnIdle();
        return reply;
    }

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

    /// <summary>Whatever an erasure may have left outside of the alias' row and side rows.</summary>
    private async Task DestroyAsync(PhoneAliasState erased)
    {
        await _tools.Aliases.EraseAsync(erased.Tenant, erased.Alias);
        await _tools.Inboxes.ForgetAsync(erased.Alias);
    }

    /// <summary>Takes a step out of the table whose alias has no row for it: nobody else does, and each poll would find it again for ever. That of an erasure takes the row with it.</summary>
    private async Task ForgetStepAsync(VerificationId id)
    {
        if (_row.Exists || id.IsNone || !IsKey(GrainKeys.PhoneAlias(id)))
        {
            return;
        }

        if (!_row.IsErased)
        {
            Require(Trust(await _row.ClearAsync([new DueDoneRow(id)])));
        }
        else if (id == ErasureStep(_row.Current.Alias))
        {
            await DestroyAsync(_row.Current);
            Require(Trust(await _row.ClearAsync([new DueDoneRow(id)])));
            this.DeactivateOnIdle();
        }
        else
        {
            Require(await CommitAsync(new PhoneAliasDecision(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok)), [new DueDoneRow(id)], AuditNotes.System));
        }
    }
}
