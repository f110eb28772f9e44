using System.Security.Cryptography;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Keeps idempotency keys unique over several databases. A key has a home, by its hash. A commit in the home's database claims the key as ever. A commit elsewhere
/// first writes a pointer under the key at its home, then, in its own transaction, the answer under the pointer's token. The answer makes the claim true; a pointer
/// without one is a commit under way, or one that died. Who then wants the key waits for <see cref="Patience"/> and writes "void" under the token: whichever of the
/// two writes the token first has won, so a commit that was slow and not dead writes nothing any more.
/// </summary>
internal sealed partial class KeyReservations(IReadOnlyList<IHotShard> shards, TimeProvider time, ILogger logger)
{
    private const string Table = "key-reservation";

    /// <summary>Tries of one commit before it gives up; each one needs another commit that came between.</summary>
    private const int MostTries = 32;

    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a commit may be under way before another that wants its key ends it. Default 5 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Called between the pointers and the commit; a test that stays here is a process that died.</summary>
    public Func<Task>? Reserved { get; set; }

    /// <summary>The holder of a key, never one that is not durable.</summary>
    public async ValueTask<UniqueKeyRow?> FindAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var row = await shards[HomeOf(key.Span)].FindUniqueKeyAsync(key, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var entry = Read(row);
        if (entry.Kind == KeyEntryKind.Pointer)
        {
            row = await shards[entry.Shard].FindUniqueKeyAsync(entry.Token, cancellationToken);
            entry = row is null ? default : Read(row);
        }

        return row is not null && entry.Kind == KeyEntryKind.Answer ? row with { Key = key.ToArray(), Answer = entry.Answer } : null;
    }

    /// <summary>A commit with at least one key.</summary>
    public async ValueTask<CommitResult> CommitAsync(int place, HotCommit commit)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            List<KeyReservation> held = [];
            var (result, inTheWay) = await TryAsync(place, commit, held);
            if (result.Status is CommitStatus.Committed or CommitStatus.Unknown)
            {
                return result;
            }

            await ReleaseAsync(held);
            if (result.Status == CommitStatus.VersionConflict || (inTheWay is not null && await SettleAsync(inTheWay)))
            {
                return result;
            }
        }

        throw new StorageUnavailableException("Other commits took and gave free the same idempotency key all the time. Nothing was written.");
    }

    /// <summary>Nothing is written, or all of it. When a key was taken: which one, if it still is.</summary>
    private async ValueTask<(CommitResult Result, byte[]? InTheWay)> TryAsync(int place, HotCommit commit, List<KeyReservation> held)
    {
        var taken = new CommitResult(CommitStatus.UniqueKeyTaken, 0);
        try
        {
            if (await ReserveAsync(place, commit, held) is { } foreign)
            {
                return (taken, foreign);
            }

            await (Reserved?.Invoke() ?? Task.CompletedTask);
            var result = await shards[place].CommitAsync(commit with { SideRows = RowsOf(commit, held) });
            return (result, result.Status == CommitStatus.UniqueKeyTaken ? await FindInTheWayAsync(place, commit) : null);
        }
        catch (StorageUnavailableException)
        {
            await ReleaseAsync(held);
            throw;
        }
    }

    /// <summary>Writes pointers for keys whose home is another database, in one order everywhere, so that no two commits wait for each other.</summary>
    private async ValueTask<byte[]?> ReserveAsync(int place, HotCommit commit, List<KeyReservation> held)
    {
        List<UniqueKeyRow> foreign = [.. commit.SideRows.OfType<UniqueKeyRow>().Where(row => HomeOf(row.Key) != place)];
        foreign.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        foreach (var row in foreign)
        {
            var token = RandomNumberGenerator.GetBytes(KeyEntry.TokenLength);
            var reservation = new KeyReservation(HomeOf(row.Key), row.Key, token, KeyEntry.OfPointer(place, token, time.GetUtcNow()));
            var ended = await shards[reservation.Home].CommitAsync(Alone(token, new UniqueKeyRow(row.Key, [], reservation.Pointer, row.ExpiresAt)));
            if (ended.Status != CommitStatus.Committed && !(ended.Status == CommitStatus.Unknown && await StandsAsync(reservation)))
            {
                return row.Key;
            }

            held.Add(reservation);
        }

        return null;
    }

    private async ValueTask<bool> StandsAsync(KeyReservation reservation) =>
        await shards[reservation.Home].FindUniqueKeyAsync(reservation.Key) is { } row && row.Answer.AsSpan().SequenceEqual(reservation.Pointer);

    private static List<SideRow> RowsOf(HotCommit commit, List<KeyReservation> held)
    {
        List<SideRow> rows = new(commit.SideRows.Count);
        foreach (var row in commit.SideRows)
        {
            rows.Add(row is not UniqueKeyRow key ? row : key with
            {
                Key = held.Find(reservation => ReferenceEquals(reservation.Key, key.Key))?.Token ?? key.Key,
                Answer = KeyEntry.OfAnswer(key.Answer),
            });
        }

        return rows;
    }

    private async ValueTask<byte[]?> FindInTheWayAsync(int place, HotCommit commit)
    {
        foreach (var row in commit.SideRows.OfType<UniqueKeyRow>().Where(row => HomeOf(row.Key) == place))
        {
            if (await shards[place].FindUniqueKeyAsync(row.Key) is not null)
            {
                return row.Key;
            }
        }

        return null;
    }

    /// <summary>Waits until a key is held for good (true) or free (false).</summary>
    private async ValueTask<bool> SettleAsync(byte[] key)
    {
        var home = HomeOf(key);
        var began = time.GetTimestamp();
        while (await shards[home].FindUniqueKeyAsync(key) is { } row)
        {
            var entry = Read(row);
            if (entry.Kind != KeyEntryKind.Pointer)
            {
                return true;
            }

            var end = await shards[entry.Shard].FindUniqueKeyAsync(entry.Token) is { } token ? Read(token).Kind : (KeyEntryKind?)null;
            if (end == KeyEntryKind.Answer)
            {
                return true;
            }

            // Voiding is safe at any time; patience is only for those who are alive. Clocks of silos agree to seconds, so one's own wait counts as well.
            if (end is null && (time.GetUtcNow() - entry.At >= Patience || time.GetElapsedTime(began) >= Patience))
            {
                end = await VoidAsync(entry, row.ExpiresAt);
            }

            if (end != KeyEntryKind.Void || !await ReleaseAsync(home, key, row.Answer))
            {
                await Task.Delay(s_lookAgain, time, CancellationToken.None);
            }
        }

        return false;
    }

    private async ValueTask<KeyEntryKind?> VoidAsync(KeyEntry pointer, DateTimeOffset expiresAt)
    {
        var ended = await shards[pointer.Shard].CommitAsync(Alone(pointer.Token, new UniqueKeyRow(pointer.Token, [], KeyEntry.OfVoid(), expiresAt)));
        if (ended.Status != CommitStatus.Committed)
        {
            return null;
        }

        LogVoided(shards[pointer.Shard].Database);
        return KeyEntryKind.Void;
    }

    // What is not released now is settled by the next who wants the key.
    private async ValueTask ReleaseAsync(List<KeyReservation> held)
    {
        foreach (var reservation in held)
        {
            try
            {
                await ReleaseAsync(reservation.Home, reservation.Key, reservation.Pointer);
            }
            catch (StorageUnavailableException)
            {
                continue;
            }
        }
    }

    /// <summary>False: nobody can tell, look again.</summary>
    private async ValueTask<bool> ReleaseAsync(int home, byte[] key, byte[] pointer)
    {
        try
        {
            await shards[home].ReleaseKeyAsync(key, pointer);
            return true;
        }
        catch (UnknownOutcomeException)
        {
            return false;
        }
    }

    // A commit without a state: its name only has to differ from those of others in a batch.
    private static HotCommit Alone(byte[] token, UniqueKeyRow row) => new(Table, Convert.ToHexString(token), 0, null, [row]);

    private int HomeOf(ReadOnlySpan<byte> key) => HotPlacement.ShardOf(key, shards.Count);

    private KeyEntry Read(UniqueKeyRow row) => KeyEntry.Read(row.Answer, shards.Count);
}
