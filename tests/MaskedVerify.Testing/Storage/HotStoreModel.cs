using CsCheck;
using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

/// <summary>One random call on a hot store.</summary>
public abstract record HotOperation
{
    /// <summary>A commit; the expected version is the true one plus <paramref name="Off"/>.</summary>
    public sealed record Write(int Key, int Off, bool Delete, SideRow[] SideRows) : HotOperation;

    /// <summary>A receipt.</summary>
    public sealed record Report(int Message, AttemptStatus State, int Hour, int? Submitted) : HotOperation;

    /// <summary>A claim of everything overdue.</summary>
    public sealed record Claim(int Hour) : HotOperation;

    /// <summary>A sweep without limit.</summary>
    public sealed record Sweep(int Hour) : HotOperation;
}

/// <summary>Random sequences of calls over few names, so that they meet; and the comparison of two stores after each call.</summary>
public static class HotStoreModel
{
    private const int Names = 3;

    private static readonly string[] s_otherIds = ["other", "third"];
    private static readonly Gen<int> Name = Gen.Int[0, Names - 1];
    private static readonly Gen<int> Hour = Gen.Int[-30, 30];
    private static readonly Gen<int?> Submitted = Gen.Frequency((2, Gen.Const((int?)null)), (1, Hour.Select(hour => (int?)hour)));
    private static readonly Gen<AttemptStatus> State = Gen.Int[0, 7].Select(n => (AttemptStatus)n);

    /// <summary>Sequences of 1 to 60 calls.</summary>
    public static Gen<HotOperation[]> Operations => Operation.Array[1, 60];

    private static Gen<HotOperation> Operation => Gen.Frequency(
        (10, Gen.Select(Name, Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(-1)), (1, Gen.Const(1))), Gen.Frequency((5, Gen.Const(false)), (1, Gen.Const(true))),
            Rows.Array[0, 4],
            HotOperation (key, off, delete, rows) => new HotOperation.Write(key, off, delete, WithoutDoubles([.. rows.SelectMany(row => row(key))])))),
        (3, Gen.Select(Name, State, Hour, Submitted, HotOperation (message, state, hour, submitted) => new HotOperation.Report(message, state, hour, submitted))),
        (1, Hour.Select(HotOperation (hour) => new HotOperation.Claim(hour))),
        (1, Hour.Select(HotOperation (hour) => new HotOperation.Sweep(hour))));

    /// <summary>Rows of the alias whose state they come with.</summary>
    private static Gen<Func<int, SideRow[]>> Rows => Gen.OneOf(
        Gen.Select(Name, Hour, Func<int, SideRow[]> (n, hour) => _ => [Unique($"{n}", TimeSpan.FromHours(hour))]),
        Gen.Select(Name, Hour, Func<int, SideRow[]> (n, hour) => _ => [Kept($"{n}", $"{hour}", TimeSpan.FromHours(hour))]),
        Gen.Select(Name, Hour, Func<int, SideRow[]> (n, hour) => alias => [Unique($"{n}", TimeSpan.FromHours(hour)) with { Alias = Alias(alias) }]),
        Gen.Const<Func<int, SideRow[]>>(alias => [new AliasErasedRow(Alias(alias))]),
        Gen.Select(Name, Hour, Func<int, SideRow[]> (n, hour) => alias => [Outcome(alias, n, $"{hour}", TimeSpan.FromHours(hour))]),
        Gen.Select(Name, Gen.Int[0, 20], Hour, Func<int, SideRow[]> (number, send, hour) => alias => [Guard($"{number}", $"{alias} {send}", TimeSpan.FromHours(hour), 1 + (send % 3), 1 + (send % 5))]),
        Gen.Select(Name, Gen.Int[0, 20], Func<int, SideRow[]> (number, send) => alias => [Returned($"{number}", $"{alias} {send}")]),
        Gen.Select(Name, Name, Hour, Hour, Func<int, SideRow[]> (message, n, hour, submitted) => alias =>
            [Map($"m{message}", alias, n, n, TimeSpan.FromHours(hour), TimeSpan.FromHours(submitted))]),
        Gen.Select(Name, Name, State, Func<int, SideRow[]> (message, n, state) => alias => [Applied($"m{message}", alias, n, state, n)]),
        Gen.Select(Name, Hour, Func<int, SideRow[]> (n, hour) => alias => [Due(alias, n, TimeSpan.FromHours(hour))]),
        Name.Select(Func<int, SideRow[]> (n) => alias => [new DueDoneRow(Verification(alias, n))]),
        Gen.Int[0, 9].Select(Func<int, SideRow[]> (n) => _ => [Audit($"{n}")]));

    /// <summary>Makes one call and tells its answer as text.</summary>
    public static async Task<string> Apply(IHotStore store, HotOperation operation)
    {
        switch (operation)
        {
            case HotOperation.Write write:
                var version = (await store.ReadAsync("sample", Pa(write.Key)))?.Version ?? 0;
                var expected = Math.Max(0, version + write.Off);
                return $"{await store.CommitAsync(Commit(Pa(write.Key), expected, write.Delete ? null : $"state {version}", write.SideRows))}";
            case HotOperation.Report report:
                var receipt = Receipt($"m{report.Message}", report.State, TimeSpan.FromHours(report.Hour), $"{report.Hour}");
                return $"{await store.RecordReceiptAsync(receipt with { SubmittedAt = report.Submitted is { } hour ? Noon.AddHours(hour) : null, OtherIds = report.Hour % 4 == 0 ? s_otherIds : [] })}";
            case HotOperation.Claim claim:
                var claimed = await store.ClaimDueAsync(Noon.AddHours(claim.Hour), Noon.AddHours(claim.Hour + 5), 1000);
                return string.Join('\n', claimed.Select(row => $"{row}").Order(StringComparer.Ordinal));
            case HotOperation.Sweep sweep:
                var removed = await store.SweepAsync(Noon.AddHours(sweep.Hour), 1000);
                return $"{removed}";
            default:
                throw new NotSupportedException(operation.GetType().Name);
        }
    }

    /// <summary>Everything of a store that can be seen without changing it, as text.</summary>
    public static async Task<string> Describe(IHotStore store)
    {
        var lines = new List<string>();
        for (var n = 0; n < Names; n++)
        {
            var row = await store.ReadAsync("sample", Pa(n));
            lines.Add($"state {n}: {row?.Version} {Text(row)}");
            var unique = await store.FindUniqueKeyAsync(Key($"{n}"));
            lines.Add($"key {n}: {Hex(unique?.Fingerprint)} {Hex(unique?.Answer)} {unique?.ExpiresAt:O}");
            var kept = await store.FindUniqueKeyAsync(Kept($"{n}").Key);
            lines.Add($"kept {n}: {Hex(kept?.Answer)} {kept?.ExpiresAt:O}");
            lines.Add($"guard {n}: {await store.ReadGuardAsync(Key($"{n}"), Noon, Noon.AddHours(-20))}");
            for (var m = 0; m < Names; m++)
            {
                var outcome = await store.ReadOutcomeAsync(Verification(n, m));
                lines.Add($"outcome {n} {m}: {outcome?.Alias} {outcome?.Verification} {Hex(outcome?.Payload)} {outcome?.ExpiresAt:O} {string.Join(' ', outcome?.Late ?? [])}");
            }
        }

        lines.AddRange((await store.FindUnappliedReceiptsAsync(1000)).Select(match => $"{match}").Order(StringComparer.Ordinal));
        return string.Join('\n', lines);
    }

    private static string Hex(byte[]? bytes) => bytes is null ? "-" : Convert.ToHexString(bytes);

    private static SideRow[] WithoutDoubles(SideRow[] rows) =>
    [
        .. rows.Where(row => row is not UniqueKeyRow { Alias.IsNone: false } || !rows.Any(other => other is AliasErasedRow)).DistinctBy(row => row switch
        {
            UniqueKeyRow unique => $"key {Convert.ToHexString(unique.Key)}",
            GuardCountRow guard => $"guard {Convert.ToHexString(guard.GuardKey)}",
            _ => $"{Array.IndexOf(rows, row)}",
        }),
    ];
}
