namespace MaskedVerify.Cluster.Tests.Chaos.Histories;

/// <summary>What a history must hold to.</summary>
internal enum HistoryRule
{
    /// <summary>One idempotency key starts one verification.</summary>
    OneStart,

    /// <summary>At most one check is accepted.</summary>
    OneAcceptance,

    /// <summary>Only a code that was sent is accepted.</summary>
    SentCode,

    /// <summary>The accepted code is the latest valid one under the resend policy.</summary>
    LatestCode,

    /// <summary>The right code is not called wrong.</summary>
    RightCode,

    /// <summary>Nothing is accepted after expiry.</summary>
    NotExpired,

    /// <summary>Nothing is accepted after an acknowledged end: cancel, lock, expiry.</summary>
    NotEnded,

    /// <summary>Never more tries counted than made or allowed, and none that was acknowledged is forgotten.</summary>
    Tries,

    /// <summary>An ended verification never changes.</summary>
    EndStands,

    /// <summary>An end has a cause.</summary>
    EndHasCause,

    /// <summary>Whatever was acknowledged is readable afterwards.</summary>
    Readable,

    /// <summary>Whatever was acknowledged is in the audit log, once.</summary>
    Audited,

    /// <summary>One message for one (verification, send).</summary>
    OneMessage,

    /// <summary>No more codes are sent than were asked for.</summary>
    AskedFor,
}

/// <summary>A broken rule.</summary>
internal sealed record Violation(HistoryRule Rule, string Text);
