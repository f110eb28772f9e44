using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>Writes down what one journey does and hears.</summary>
internal sealed class HistoryRecorder(string name, string number, string resendPolicy, int seenBefore)
{
    private readonly Lock _gate = new();
    private readonly List<HistoryOp> _ops = [];
    private int _most = int.MaxValue;

    public string Name => name;

    public string Number => number;

    public string ResendPolicy => resendPolicy;

    /// <summary>The verification, once a start was acknowledged.</summary>
    public string? Id { get; private set; }

    public string? Alias { get; private set; }

    /// <summary>Messages of this verification so far.</summary>
    public IReadOnlyList<SeenMessage> Seen(MessageLog messages) => [.. messages.To(number, seenBefore).Take(_most)];

    /// <summary>Nothing more is expected: what comes to the number from now on belongs to another verification.</summary>
    public void Close(MessageLog messages) => _most = Seen(messages).Count;

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
