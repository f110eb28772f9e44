using MaskedVerify.Domain;
using Orleans.Serialization;
using Orleans.Storage;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>How a commit of an alias ended.</summary>
internal enum CommitEnd
{
    /// <summary>Durable.</summary>
    Durable = 0,

    /// <summary>Another request holds the idempotency key; nothing was written.</summary>
    KeyTaken = 1,

    /// <summary>Nothing was written: storage is away. What is in memory still stands.</summary>
    NotWritten = 2,

    /// <summary>Nobody can tell, or another activation was faster: nothing may be answered from memory, the activation must end.</summary>
    Lost = 3,

    /// <summary>The number is at its cap; nothing was written.</summary>
    NumberAtCap = 4,
}

/// <summary>
/// The row of one alias between memory and store: what is durable, and the few facts that may wait for the next commit. Nothing else is ever visible,
/// so a read that interleaves with a commit sees no unsaved judgement.
/// </summary>
internal sealed class PhoneAliasRow(IPersistentState<PhoneAliasState> storage, Serializer serializer)
{
    private readonly List<SideRow> _waitingRows = [];
    private readonly Dictionary<VerificationId, EndedVerification> _waitingEnded = [];

    /// <summary>Whether the alias has a row, other than the one that an erasure leaves for a while.</summary>
    internal bool Exists => storage.RecordExists && !IsErased;

    /// <summary>Whether the row is what an erasure leaves: no start brings the alias back, for its first commit expects no row at all.</summary>
    internal bool IsErased => storage.RecordExists && Current.SealedNumber.Length == 0;

    /// <summary>The durable state with the waiting facts applied.</summary>
    internal PhoneAliasState Current { get; private set; } = new();

    /// <summary>Whether facts wait for a commit.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>Type of an exception that no commit should end with; null: none.</summary>
    internal string? Fault { get; private set; }

    /// <summary>To be called once the state was read.</summary>
    internal void Load() => Current = storage.State;

    /// <summary>Shows a change that need not become durable.</summary>
    internal void Show(PhoneAliasState state) => Current = state;

    /// <summary>Takes facts over that become durable with the next commit.</summary>
    internal void Defer(PhoneAliasDecision decision)
    {
        Current = decision.State;
        IsWaiting = true;
        foreach (var row in decision.Rows)
        {
            AddRow(_waitingRows, row);
        }

        foreach (var ended in decision.Ended)
        {
            _waitingEnded[IdOf(ended)] = ended;
        }
    }

    /// <summary>News about an ended verification that waits for a commit, or null.</summary>
    internal EndedVerification? WaitingEnded(VerificationId id) => _waitingEnded.GetValueOrDefault(id);

    /// <summary>Writes a decision together with what waits.</summary>
    internal Task<CommitEnd> CommitAsync(PhoneAliasDecision decision, IEnumerable<SideRow> more, DateTimeOffset now) =>
        WriteAsync(decision.State with { SideRows = RowsFor(decision, more, now) });

    /// <summary>Puts a row without a number in the place of whatever stands there, and drops what waits.</summary>
    internal Task<CommitEnd> EraseAsync(PhoneAliasState erased, IEnumerable<SideRow> rows) =>
        WriteAsync(erased with { SideRows = [new AliasErasedRow(erased.Alias), .. rows] });

    private async Task<CommitEnd> WriteAsync(PhoneAliasState next)
    {
        var bare = (PhoneAliasState)next.WithoutSideRows();
        var (durable, etag) = (storage.State, storage.Etag);
        storage.State = next;
        var end = await TryAsync(storage.WriteStateAsync, durable, etag, () => storage.RecordExists && IsSame(storage.State, bare));
        return Settle(end);
    }

    /// <summary>Deletes the row, with side rows.</summary>
    internal async Task<CommitEnd> ClearAsync(IEnumerable<SideRow> rows)
    {
        var (durable, etag) = (storage.State, storage.Etag);
        storage.State = durable with { SideRows = [.. rows] };
        return Settle(await TryAsync(storage.ClearStateAsync, durable, etag, () => !storage.RecordExists));
    }

    private CommitEnd Settle(CommitEnd end)
    {
        if (end == CommitEnd.Durable)
        {
            Current = storage.State;
            _waitingRows.Clear();
            _waitingEnded.Clear();
            IsWaiting = false;
        }

        return end;
    }

    private async Task<CommitEnd> TryAsync(Func<Task> write, PhoneAliasState durable, string? etag, Func<bool> isOurs)
    {
        try
        {
            await write();
            return CommitEnd.Durable;
        }
        catch (InconsistentStateException)
        {
            storage.State = durable;
            return CommitEnd.Lost;
        }
        catch (Exception error) when (StorageFailure.Of(error) is { } failure)
        {
            storage.State = durable;
            return failure switch
            {
                UniqueKeyTakenException => CommitEnd.KeyTaken,
                NumberAtCapException => CommitEnd.NumberAtCap,
                StorageUnavailableException => CommitEnd.NotWritten,
                _ => await LookAsync(durable, etag, isOurs),
            };
        }
        catch (Exception error)
        {
            // Not one of the store's words: nobody can tell how far it came.
            storage.State = durable;
            Fault = error.GetType().Name;
            return CommitEnd.Lost;
        }
    }

    /// <summary>The answer of the database was lost: reads what stands there now.</summary>
    private async Task<CommitEnd> LookAsync(PhoneAliasState durable, string? etag, Func<bool> isOurs)
    {
        try
        {
            await storage.ReadStateAsync();
        }
        catch (Exception)
        {
            storage.State = durable;
            return CommitEnd.Lost;
        }

        // Every commit of a state makes a new version, also one that writes side rows only and leaves the state as it was.
        if (string.Equals(storage.Etag, etag, StringComparison.Ordinal))
        {
            // Not written yet: if it still lands, the next commit of this activation fails by its version.
            return CommitEnd.NotWritten;
        }

        return isOurs() ? CommitEnd.Durable : CommitEnd.Lost;
    }

    /// <summary>The very state that was to be written stands there: with it, in one transaction, all its side rows.</summary>
    private bool IsSame(PhoneAliasState one, PhoneAliasState other) =>
        serializer.SerializeToArray(one).AsSpan().SequenceEqual(serializer.SerializeToArray(other));

    private List<SideRow> RowsFor(PhoneAliasDecision decision, IEnumerable<SideRow> more, DateTimeOffset now)
    {
        var rows = new List<SideRow>(_waitingRows);
        foreach (var row in decision.Rows.Concat(more))
        {
            AddRow(rows, row);
        }

        if (decision.Ended.Count == 0 && _waitingEnded.Count == 0)
        {
            return rows;
        }

        var alias = decision.State.Alias;
        var ended = new Dictionary<VerificationId, EndedVerification>(_waitingEnded);
        foreach (var one in decision.Ended)
        {
            ended[PackedIds.Verification(one.Verification.PackedId, alias)] = one;
        }

        rows.AddRange(ended.Select(e => new OutcomeRow(e.Key, alias, serializer.SerializeToArray(e.Value), now + PhoneAliasLimits.OutcomeRetention)));
        return rows;
    }

    /// <summary>One row per verification in the due table: the newest word counts.</summary>
    private static void AddRow(List<SideRow> rows, SideRow row)
    {
        if (DueOf(row) is { IsNone: false } verification)
        {
            rows.RemoveAll(r => DueOf(r) == verification);
        }

        rows.Add(row);
    }

    private static VerificationId DueOf(SideRow row) => row switch
    {
        DueRow due => due.Verification,
        DueDoneRow done => done.Verification,
        _ => default,
    };

    private VerificationId IdOf(EndedVerification ended) => PackedIds.Verification(ended.Verification.PackedId, Current.Alias);
}
