using System.Globalization;
using System.Text;

namespace MaskedVerify.Cluster.Tests.Chaos.Histories;

/// <summary>Everything that is known of one verification from outside.</summary>
internal sealed record VerificationHistory
{
    /// <summary>Which client's which journey, for the report.</summary>
    public required string Name { get; init; }

    /// <summary><c>rotate</c>, <c>reuse</c> or <c>keep-previous-until-accepted</c>.</summary>
    public string ResendPolicy { get; init; } = "rotate";

    /// <summary>Wrong tries that end it.</summary>
    public int ChecksAllowed { get; init; } = 5;

    /// <summary>Whether an attempt of unknown outcome may be sent again over the next route: the one window for two messages.</summary>
    public bool ResendsUnknown { get; init; }

    /// <summary>Calls in the order of their ends.</summary>
    public IReadOnlyList<HistoryOp> Ops { get; init; } = [];

    /// <summary>Messages in the order of their arrival.</summary>
    public IReadOnlyList<SeenMessage> Messages { get; init; } = [];

    /// <summary>Null when it could not be found.</summary>
    public FinalRead? Final { get; init; }

    /// <summary>Its rows in the audit log.</summary>
    public IReadOnlyList<AuditNote> Audit { get; init; } = [];

    /// <summary>The calls of one kind, put together by command.</summary>
    public IReadOnlyList<HistoryCommand> Commands(OpKind kind) =>
        [.. Ops.Where(op => op.Kind == kind).GroupBy(op => op.Command, StringComparer.Ordinal).Select(tries => new HistoryCommand(tries.Key, [.. tries]))];

    public override string ToString()
    {
        // Codes of a test's own numbers: the report may show which one was meant by its place among the messages, not the digits.
        var text = new StringBuilder(Name).Append(' ').Append(ResendPolicy).AppendLine();
        foreach (var op in Ops.OrderBy(o => o.Invoked))
            text.Append("  ").Append(op).Append(op.Code is null ? "" : " code " + Place(op.Code)).AppendLine();
        foreach (var message in Messages)
            text.Append(CultureInfo.InvariantCulture, $"  {message.At:HH:mm:ss.fff} message with code {Place(message.Code)}{(message.Taken ? "" : " (refused)")}").AppendLine();
        text.Append("  finally ").Append(Final?.ToString() ?? "not found").Append("; audit ").AppendJoin(", ", Audit.Select(a => $"{a.Action}={a.Outcome}"));
        return text.ToString();
    }

    private string Place(string code)
    {
        var place = Messages.Select(m => m.Code).Distinct(StringComparer.Ordinal).ToList().IndexOf(code);
        return place < 0 ? "(wrong)" : "#" + (place + 1).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>All tries of one command.</summary>
internal sealed record HistoryCommand(string Key, IReadOnlyList<HistoryOp> Tries)
{
    /// <summary>Before its first try: its effect cannot be older.</summary>
    public DateTimeOffset Invoked => Tries.Min(t => t.Invoked);

    /// <summary>When it was first acknowledged; its effect cannot be younger. Null when it never was.</summary>
    public DateTimeOffset? AcknowledgedAt => Answers.Count > 0 ? Answers.Min(t => t.Ended) : null;

    /// <summary>Tries that were answered with success.</summary>
    public IReadOnlyList<HistoryOp> Answers => [.. Tries.Where(t => t.End == OpEnd.Ok)];

    public bool IsAcknowledged => Answers.Count > 0;

    /// <summary>Whether it may have had its effect.</summary>
    public bool MayHaveHappened => Tries.Any(t => t.End != OpEnd.Refused);

    public string? Code => Tries[0].Code;

    public bool Accepted => Answers.Any(a => a.Valid == true);

    public bool Denied => Answers.Any(a => a.Valid == false);
}
