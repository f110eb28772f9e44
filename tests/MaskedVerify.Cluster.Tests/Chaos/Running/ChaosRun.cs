using System.Text.Json;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
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
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(3);

    private int _loads;

    public ChaosCluster Cluster => cluster;

    public RowReport Report => report;

    public Random Random { get; } = new(seed);

    public int Seed => seed;

    public TimeSpan Duration => duration;

    public bool IsLong => isLong;

    /// <summary>The calls of all callers of this row that wait for an answer.</summary>
    public CallsInFlight InFlight { get; } = new();

    public void Say(string text) => say(text);

    /// <summary>Runs clients while <paramref name="faults"/> runs, heals the cluster, and judges every history.</summary>
    public async Task UnderLoadAsync(int clients, Func<Task> faults, JourneyTerms? terms = null, string? key = null)
    {
        using var verifier = Verifier(key);
        var load = new Load(verifier, cluster.Messages, cluster.Clock, terms ?? new JourneyTerms(), seed + _loads, $"r{report.Row}-{++_loads}");
        var auditFrom = await LastAuditAsync();
        using var over = new CancellationTokenSource();
        var running = load.RunAsync(clients, over.Token);
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
        await JudgeAsync(load.Histories, auditFrom, key == cluster.ResendingKey);
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

    /// <summary>Reads how everything ended and judges it.</summary>
    public async Task JudgeAsync(IReadOnlyCollection<HistoryRecorder> histories, long[] auditFrom, bool resendsUnknown = false)
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
        }
    }

    private void Tally(HistoryRecorder recorder, VerificationHistory history)
    {
        report.Count("verifications");
        report.Count("verifications " + (history.Final?.Status ?? "never acknowledged"));
        report.Count("calls", history.Ops.Count);
        report.Count("calls of unknown end", history.Ops.Count(o => o.End == OpEnd.Unknown));
        report.Count("messages", history.Messages.Count);
        report.Count("commands never answered", recorder.Unanswered());
        foreach (var recovery in recorder.Recoveries())
            report.Recovered(recovery);

        // Whatever a clock does: a code lives as long as it was made for.
        foreach (var start in history.Commands(OpKind.Start).Where(c => c.IsAcknowledged))
        {
            var expiry = start.Answers[0].ExpiresAt!.Value;
            if (expiry < start.Invoked + s_life - s_tolerance || expiry > start.AcknowledgedAt + s_life + s_tolerance)
                report.Violate($"Its code lives until {expiry:HH:mm:ss.fff}, {s_life.TotalSeconds} s were asked for.\n{history}");
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
