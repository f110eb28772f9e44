using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>Writes down what one journey does and hears.</summary>
/// <param name="name">Which client's which journey.</param>
/// <param name="number">Whom it is sent to.</param>
/// <param name="resendPolicy">Policy of its start.</param>
/// <param name="seenBefore">Messages to the number that belong to earlier verifications.</param>
/// <param name="ttlSeconds">How long a code can be checked; null for the tenant's.</param>
internal sealed class HistoryRecorder(string name, string number, string resendPolicy, int seenBefore, int? ttlSeconds = null)
{
    private readonly Lock _gate = new();
    private readonly List<HistoryOp> _ops = [];
    private int _end = int.MaxValue;

    public string Name => name;

    public string Number => number;

    public string ResendPolicy => resendPolicy;

    public int? TtlSeconds => ttlSeconds;

    /// <summary>The verification, once a start was acknowledged.</summary>
    public string? Id { get; private set; }

    public string? Alias { get; private set; }

    /// <summary>Messages of this verification so far.</summary>
    public IReadOnlyList<SeenMessage> Seen(MessageLog messages) => [.. messages.To(number).Take(Volatile.Read(ref _end)).Skip(seenBefore)];

    /// <summary>Another verification of the number begins: what comes after the first <paramref name="messages"/> messages to it is not this one's.</summary>
    public void EndAt(int messages) => Volatile.Write(ref _end, messages);

    /// <summary>Writes one call down.</summary>
    public void Add(OpCall call, OpAnswer answer, DateTimeOffset invoked, DateTimeOffset ended)
    {
        lock (_gate)
        {
            _ops.Add(new HistoryOp(call.Kind, call.Command, invoked, ended, answer.End)
            {
                Code = call.Code,
                Valid = answer.Valid,
                Id = answer.Id,
                Status = answer.Status,
                ExpiresAt = answer.ExpiresAt,
                NewestAttempt = answer.NewestAttempt,
                Problem = answer.Problem,
            });
            if (call.Kind == OpKind.Start && answer.End == OpEnd.Ok)
                (Id, Alias) = (Id ?? answer.Id, Alias ?? answer.Alias);
        }
    }

    /// <summary>How long each command took that was interrupted at least once and then got a definite answer.</summary>
    public IReadOnlyList<TimeSpan> Recoveries()
    {
        lock (_gate)
        {
            return [.. _ops.GroupBy(o => o.Command).Where(g => g.Any(o => o.End == OpEnd.Unknown) && g.Any(o => o.End != OpEnd.Unknown))
                .Select(g => g.Where(o => o.End != OpEnd.Unknown).Min(o => o.Ended) - g.Min(o => o.Invoked))];
        }
    }

    /// <summary>Commands of one kind that were acknowledged, and those of them that were interrupted at least once before or after.</summary>
    public (int Acknowledged, int Interrupted) Done(OpKind kind)
    {
        lock (_gate)
        {
            var done = _ops.Where(o => o.Kind == kind).GroupBy(o => o.Command).Where(g => g.Any(o => o.End == OpEnd.Ok)).ToArray();
            return (done.Length, done.Count(g => g.Any(o => o.End == OpEnd.Unknown)));
        }
    }

    /// <summary>Commands that never got a definite answer.</summary>
    public int Unanswered()
    {
        lock (_gate)
            return _ops.GroupBy(o => o.Command).Count(g => g.All(o => o.End == OpEnd.Unknown));
    }

    public VerificationHistory ToHistory(MessageLog messages)
    {
        lock (_gate)
            return new VerificationHistory { Name = name, ResendPolicy = resendPolicy, Ops = [.. _ops], Messages = Seen(messages) };
    }
}
