using System.Collections.Concurrent;
using System.Globalization;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Models;

/// <summary>
/// A verifier in memory. The honest one writes with a compare-and-set and decides again when it lost; the racy one looks, then writes, as a service without versions
/// does. Between looking and writing it yields as a database call would.
/// </summary>
internal sealed class ModelVerifier(MessageLog messages, ChaosClock clock, int seed, bool isRacy, bool yields = true) : IVerifier
{
    private const int ChecksAllowed = 5;

    private readonly ConcurrentDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Command, OpAnswer Answer)> _replays = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Id, AuditNote Note)> _audit = new();
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();
    private int _last;

    /// <summary>Its audit log about a verification.</summary>
    public IReadOnlyList<AuditNote> AuditOf(string id) => [.. _audit.Where(a => a.Id == id).Select(a => a.Note)];

    /// <inheritdoc/>
    public async Task<OpAnswer> CallAsync(OpCall call)
    {
        if (call.Kind == OpKind.Get)
            return Show(_rows[call.Id!]);
        if (_replays.TryGetValue(call.Command, out var stored))
            return stored.Answer;
        return call.Kind == OpKind.Start ? Start(call) : await ChangeAsync(call);
    }

    /// <summary>A row as it is stored.</summary>
    private sealed record Row(string Id, string Number, string Policy, DateTimeOffset ExpiresAt)
    {
        public string Status { get; init; } = "pending";

        public int Failed { get; init; }

        public IReadOnlyList<string> Codes { get; init; } = [];
    }

    private OpAnswer Start(OpCall call)
    {
        var number = call.Number!;
        var row = new Row("vf-" + Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture), number, call.ResendPolicy!, clock.Now.AddMinutes(5)) { Codes = [NewCode()] };
        _rows[row.Id] = row;
        _audit.Enqueue((row.Id, new AuditNote("verification.started", "pending")));
        messages.Add(number, new SeenMessage(row.Codes[0], clock.Now));
        return Remember(call, Show(row));
    }

    private async Task<OpAnswer> ChangeAsync(OpCall call)
    {
        while (true)
        {
            var row = _rows[call.Id!];
            var (next, answer) = Decide(row, call);
            if (yields)
                await YieldAsync();
            if (ReferenceEquals(next, row))
                return answer;

            if (isRacy)
                _rows[row.Id] = next;
            else if (!_rows.TryUpdate(row.Id, next, row))
                continue;

            Tell(row, next);
            return Remember(call, answer);
        }
    }

    private (Row Next, OpAnswer Answer) Decide(Row row, OpCall call)
    {
        if (row.Status != "pending")
        {
            return call.Kind == OpKind.Cancel && row.Status == "canceled"
                ? (row, Show(row))
                : (row, new OpAnswer(OpEnd.Refused) { Problem = "verification-ended", Status = row.Status });
        }

        var next = call.Kind switch
        {
            OpKind.Cancel => row with { Status = "canceled" },
            OpKind.Resend => row with { Codes = CodesAfterResend(row) },
            _ when row.Codes.Contains(call.Code, StringComparer.Ordinal) => row with { Status = "approved" },
            _ => row with { Failed = row.Failed + 1, Status = row.Failed + 1 >= ChecksAllowed ? "attempts-exhausted" : "pending" },
        };
        return (next, Show(next) with { Valid = call.Kind == OpKind.Check ? next.Status == "approved" : null });
    }

    private IReadOnlyList<string> CodesAfterResend(Row row) => row.Policy switch
    {
        "reuse" => [.. row.Codes],
        "rotate" => [NewCode()],
        _ => [row.Codes[^1], NewCode()],
    };

    private void Tell(Row row, Row next)
    {
        if (next.Status != "pending")
            _audit.Enqueue((row.Id, new AuditNote(next.Status == "approved" ? "verification.approved" : "verification.ended", next.Status)));
        else if (!ReferenceEquals(row.Codes, next.Codes))
            TellResend(next);
    }

    private void TellResend(Row row)
    {
        _audit.Enqueue((row.Id, new AuditNote("verification.resent", "pending")));
        messages.Add(row.Number, new SeenMessage(row.Codes[^1], clock.Now));
    }

    private OpAnswer Remember(OpCall call, OpAnswer answer)
    {
        _replays[call.Command] = (call.Command, answer);
        return answer;
    }

    // Under keep-previous the message counts as taken only when the next answer shows it: the model never says so, and both codes stay.
    private static OpAnswer Show(Row row) => new(OpEnd.Ok)
    {
        Id = row.Id,
        Alias = "pa-" + row.Number,
        Status = row.Status,
        ChecksRemaining = row.Status == "pending" ? ChecksAllowed - row.Failed : 0,
        ExpiresAt = row.ExpiresAt,
        NewestAttempt = "queued",
    };

    private string NewCode()
    {
        lock (_gate)
            return _random.Next(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private async Task YieldAsync()
    {
        int draw;
        lock (_gate)
            draw = _random.Next(4);
        if (draw == 0)
            await Task.Delay(1);
        else
            await Task.Yield();
    }
}
