namespace MaskedVerify.Cluster.Tests.Chaos.Histories;

/// <summary>What was asked for.</summary>
internal enum OpKind
{
    Start,
    Check,
    Resend,
    Cancel,
    Get,
}

/// <summary>How one call ended.</summary>
internal enum OpEnd
{
    /// <summary>Answered with success: its effect must be durable.</summary>
    Ok,

    /// <summary>Refused: it had no effect.</summary>
    Refused,

    /// <summary>No answer, 5xx, or "still running": it may or may not have had its effect.</summary>
    Unknown,
}

/// <summary>One call of a client, from the moment before it was sent to the moment after its answer. Times come from one monotonic clock.</summary>
/// <param name="Kind">What was asked for.</param>
/// <param name="Command">The idempotency key: calls with the same one are tries of one command.</param>
/// <param name="Invoked">Before it was sent.</param>
/// <param name="Ended">After the answer, or when the client gave up.</param>
/// <param name="End">How it ended.</param>
internal sealed record HistoryOp(OpKind Kind, string Command, DateTimeOffset Invoked, DateTimeOffset Ended, OpEnd End)
{
    /// <summary>The code that was presented.</summary>
    public string? Code { get; init; }

    /// <summary>The verdict on it.</summary>
    public bool? Valid { get; init; }

    /// <summary>The verification, as answered.</summary>
    public string? Id { get; init; }

    /// <summary>Its status, as answered (also by "it has ended").</summary>
    public string? Status { get; init; }

    /// <summary>Until when a code can be checked, as answered.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Status of the newest attempt, as answered.</summary>
    public string? NewestAttempt { get; init; }

    /// <summary>Slug of the problem.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether the status is one that never changes.</summary>
    public bool ShowsEnd => Status is not (null or "pending");

    public override string ToString() =>
        $"{Invoked:HH:mm:ss.fff}-{Ended:HH:mm:ss.fff} {Kind} {Command} {End} {Status} {(Valid is { } valid ? "valid=" + valid : "")} {NewestAttempt} {Problem}".TrimEnd();
}

/// <summary>A message as the carrier saw it.</summary>
/// <param name="Code">The code in it.</param>
/// <param name="At">When.</param>
/// <param name="Taken">Whether the carrier took it; false when it refused it.</param>
/// <param name="From">Sender of the route that it came over; null where nobody looks at it.</param>
internal sealed record SeenMessage(string Code, DateTimeOffset At, bool Taken = true, string? From = null);

/// <summary>The verification as it was read when everything was over.</summary>
internal sealed record FinalRead(string Status, int ChecksRemaining, DateTimeOffset ExpiresAt, DateTimeOffset At);

/// <summary>A row of the audit log about the verification.</summary>
internal sealed record AuditNote(string Action, string Outcome);
