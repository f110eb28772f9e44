using System.Diagnostics;
using System.Text.Json;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Servers;
using Npgsql;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>One row on a cluster: load, faults, judgement.</summary>
/// <param name="cluster">The cluster; healthy again when the row is over.</param>
/// <param name="report">Where everything is written.</param>
/// <param name="seed">Seed of all choices.</param>
/// <param name="duration">How long faults go on.</param>
/// <param name="isLong">Whether the pass marks of the long version hold.</param>
/// <param name="say">Live progress.</param>
internal sealed class ChaosRun(ChaosCluster cluster, RowReport report, int seed, TimeSpan duration, bool isLong, Action<string> say)
{
    /// <summary>Policy of the row's tenants.</summary>
    private const int Life = 300;

    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(3);

    /// <summary>An attempt whose silo was lost is given up 10 s after its claim; what that leads to has happened a little later.</summary>
    private static readonly TimeSpan s_claimsAreOver = TimeSpan.FromSeconds(15);

    /// <summary>Codes that expire need so long.</summary>
    private static readonly TimeSpan s_longEnoughToExpire = TimeSpan.FromSeconds(90);

    private int _loads;
    private DateTimeOffset? _lastLoss;

    public ChaosCluster Cluster => cluster;

    public RowReport Report => report;

    public Random Random { get; } = new(seed);

    public int Seed => seed;

    public TimeSpan Duration => duration;

    public bool IsLong => isLong;

    /// <summary>The calls of all callers of this row that wait for an answer.</summary>
    public CallsInFlight InFlight { get; } = new();

    public void Say(string text) => say(text);

    /// <summary>Clients whose codes expire, where the row is long enough for that.</summary>
    public IReadOnlyList<(int Clients, JourneyTerms Terms)> Expiring => isLong && duration >= s_longEnoughToExpire ? [(6, JourneyTerms.Expiring)] : [];

    /// <summary>A silo was lost with what it had under way: nothing is judged before its claims are over.</summary>
    public void Lost() => _lastLoss = cluster.Clock.Now;

    /// <summary>The silos' events with one of the ids, from where each of them had written <paramref name="from"/> characters.</summary>
    public IReadOnlyList<string> Events(IReadOnlyList<int> from, params int[] ids) =>
        [.. cluster.Silos.SelectMany((silo, i) => ServerLog.Lines(silo.Output, from[i], ids).Select(line => $"{silo.Name}: {line}"))];

    /// <summary>How much each silo has written so far.</summary>
    public IReadOnlyList<int> Written() => [.. cluster.Silos.Select(s => s.Output.Length)];

    /// <summary>Waits until something is so; false when it is not in time.</summary>
    public static async Task<bool> UntilAsync(Func<bool> isSo, TimeSpan atMost)
    {
        for (var watch = Stopwatch.StartNew(); !isSo(); await Task.Delay(100))
        {
            if (watch.Elapsed > atMost)
                return false;
        }

        return true;
    }

    /// <summary>Runs clients while <paramref name="faults"/> runs, heals the cluster, judges every history and returns them all.</summary>
    /// <param name="clients">How many clients do what <paramref name="terms"/> say.</param>
    /// <param name="faults">What happens to the cluster.</param>
    /// <param name="terms">Default: a mix of everything.</param>
    /// <param name="key">API key. Default: the row's tenant.</param>
    /// <param name="beside">More clients with other terms.</param>
    public async Task<IReadOnlyList<VerificationHistory>> UnderLoadAsync(
        int clients, Func<Task> faults, JourneyTerms? terms = null, string? key = null, params IReadOnlyList<(int Clients, JourneyTerms Terms)> beside)
    {
        using var verifier = Verifier(key);
        var auditFrom = await LastAuditAsync();
        using var over = new CancellationTokenSource();
        var loads = beside.Prepend((Clients: clients, Terms: terms ?? new JourneyTerms()))
            .Select(l => (l.Clients, Load: NewLoad(verifier, l.Terms))).ToArray();
        var running = Task.WhenAll(loads.Select(l => l.Load.RunAsync(l.Clients, over.Token)));
        try
        {
            await faults();
        }
        finally
        {
            await over.CancelAsync();
        }

        say("healing");
        await cluster.HealAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(3));
        Count(verifier);
        if (_lastLoss is { } lost && lost + s_claimsAreOver - cluster.Clock.Now is { Ticks: > 0 } rest)
        {
            say("waiting for the claims of what was lost");
            await Task.Delay(rest);
        }

        return await JudgeAsync([.. loads.SelectMany(l => l.Load.Histories)], auditFrom, key == cluster.ResendingKey);
    }

    private Load NewLoad(IVerifier verifier, JourneyTerms terms)
    {
        var number = Interlocked.Increment(ref _loads);
        return new Load(verifier, cluster.Messages, cluster.Clock, terms, seed + number - 1, $"r{report.Row}-{number}");
    }

    /// <summary>A caller with the key of the row's tenant.</summary>
    public HttpVerifier Verifier(string? key = null, Func<IReadOnlyList<string>>? fronts = null, double patience = 20) =>
        new(fronts ?? (() => cluster.Fronts), key ?? cluster.Key, TimeSpan.FromSeconds(patience), cluster.Clock, InFlight);

    /// <summary>Puts a caller's answers into the report.</summary>
    public void Count(HttpVerifier verifier)
    {
        foreach (var (answer, count) in verifier.Answers)
            report.Count("answers " + answer, count);
        foreach (var fault in verifier.Faults.GroupBy(f => f, StringComparer.Ordinal))
            report.Violate($"{fault.Count()} times: {fault.Key}");
    }

    /// <summary>The newest number of each part of the audit log. What happens later has a higher one, in the log or when it gets there.</summary>
    public async Task<long[]> LastAuditAsync() => await cluster.Database.ScalarAsync<long[]>("SELECT array_agg(newest ORDER BY shard) FROM hot.audit_heads") ?? [];

    /// <summary>Reads how everything ended, judges it and returns it.</summary>
    public async Task<IReadOnlyList<VerificationHistory>> JudgeAsync(IReadOnlyCollection<HistoryRecorder> histories, long[] auditFrom, bool resendsUnknown = false)
    {
        say($"judging {histories.Count} verifications");
        using var verifier = Verifier();
        using var resending = Verifier(cluster.ResendingKey);
        var reader = resendsUnknown ? resending : verifier;
        var ends = new System.Collections.Concurrent.ConcurrentDictionary<HistoryRecorder, FinalRead>();
        await Parallel.ForEachAsync(histories.Where(h => h.Id is not null), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (history, _) =>
        {
            if (await FinalAsync(reader, history.Id!) is { } final)
                ends[history] = final;
        });
        var audit = await AuditAsync(auditFrom);
        var judged = new List<VerificationHistory>(histories.Count);
        foreach (var recorder in histories)
        {
            var history = recorder.ToHistory(cluster.Messages) with
            {
                Final = ends.GetValueOrDefault(recorder),
                ResendsUnknown = resendsUnknown,
                Audit = recorder.Id is { } id && audit.TryGetValue(id, out var notes) ? notes : [],
            };
            Tally(recorder, history);
            foreach (var violation in HistoryRules.Judge(history))
                report.Violate($"{violation.Rule}: {violation.Text}\n{history}");
            judged.Add(history);
        }

        return judged;
    }

    private void Tally(HistoryRecorder recorder, VerificationHistory history)
    {
        report.Count("verifications");
        report.Count("verifications " + (history.Final?.Status ?? "never acknowledged") + (recorder.TtlSeconds is null ? "" : " of a short life"));
        report.Count("calls", history.Ops.Count);
        report.Count("calls of unknown end", history.Ops.Count(o => o.End == OpEnd.Unknown));
        report.Count("messages", history.Messages.Count);
        report.Count("commands never answered", recorder.Unanswered());
        foreach (var (kind, what) in new[] { (OpKind.Resend, "resends"), (OpKind.Cancel, "cancels") })
        {
            var (acknowledged, interrupted) = recorder.Done(kind);
            report.Count($"{what} acknowledged", acknowledged);
            report.Count($"{what} interrupted and acknowledged", interrupted);
        }

        foreach (var recovery in recorder.Recoveries())
            report.Recovered(recovery);

        // Whatever a clock does: a code lives as long as it was made for.
        var life = TimeSpan.FromSeconds(recorder.TtlSeconds ?? Life);
        foreach (var start in history.Commands(OpKind.Start).Where(c => c.IsAcknowledged))
        {
            var expiry = start.Answers[0].ExpiresAt!.Value;
            if (expiry < start.Invoked + life - s_tolerance || expiry > start.AcknowledgedAt + life + s_tolerance)
                report.Violate($"Its code lives until {expiry:HH:mm:ss.fff}, {life.TotalSeconds} s were asked for.\n{history}");
            var right = history.Messages is [var first, ..] ? first.Code : null;
            var checks = history.Commands(OpKind.Check).Where(c => c.Code == right).ToArray();
            report.Count("right codes presented after their end", checks.Count(c => c.Invoked > expiry));
            report.Count("right codes presented in their last two seconds", checks.Count(c => c.Invoked <= expiry && c.Invoked > expiry - TimeSpan.FromSeconds(2)));
        }
    }

    private async Task<FinalRead?> FinalAsync(HttpVerifier verifier, string id)
    {
        for (var i = 0; i < 60; i++)
        {
            var answer = await verifier.CallAsync(new OpCall(OpKind.Get, "final") { Id = id });
            if (answer.End == OpEnd.Ok)
                return new FinalRead(answer.Status!, answer.ChecksRemaining, answer.ExpiresAt!.Value, cluster.Clock.Now);
            if (answer.End == OpEnd.Refused)
                return null;
            await Task.Delay(500);
        }

        report.Violate("A verification could not be read within half a minute after the cluster was healed.");
        return null;
    }

    /// <summary>Events by verification, in the order of the log; those that wait for it follow. One statement sees each in one of the two places.</summary>
    private async Task<Dictionary<string, IReadOnlyList<AuditNote>>> AuditAsync(long[] from)
    {
        var notes = new Dictionary<string, List<AuditNote>>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await using var source = NpgsqlDataSource.Create(cluster.Database.ConnectionString);
        await using var command = source.CreateCommand("""
            SELECT payload, event_id FROM
              (SELECT 0 AS place, number, payload, event_id FROM hot.audit_log WHERE number > ($1::bigint[])[shard + 1]
               UNION ALL SELECT 1, seq, payload, event_id FROM hot.audit_outbox) events
            ORDER BY place, number
            """);
        command.Parameters.AddWithValue(from);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (!ids.Add(Convert.ToHexString(reader.GetFieldValue<byte[]>(1))))
                report.Violate("An audit event is there twice.");
            var note = JsonSerializer.Deserialize<JsonElement>(reader.GetFieldValue<byte[]>(0));
            var subject = note.GetProperty("subject").GetString()!;
            if (!notes.TryGetValue(subject, out var list))
                notes[subject] = list = [];
            list.Add(new AuditNote(note.GetProperty("action").GetString()!, note.GetProperty("outcome").GetString()!));
        }

        return notes.ToDictionary(n => n.Key, n => (IReadOnlyList<AuditNote>)n.Value, StringComparer.Ordinal);
    }
}
