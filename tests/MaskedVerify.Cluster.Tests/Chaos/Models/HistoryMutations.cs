using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Models;

/// <summary>What a broken service could have done to a good history. Each returns null when it does not apply.</summary>
internal static class HistoryMutations
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1);

    /// <summary>All of them, with the rule that must be found broken.</summary>
    public static IReadOnlyList<(string Name, HistoryRule Rule, Func<VerificationHistory, VerificationHistory?> Apply)> All { get; } =
    [
        ("a second check is accepted", HistoryRule.OneAcceptance, h => Accepted(h) is { } check ? h with { Ops = [.. h.Ops, check with { Command = "other" }] } : null),
        ("a wrong code is accepted", HistoryRule.SentCode, h => Accepted(h) is { } check ? Replace(h, check, check with { Code = "none" }) : null),
        ("a code is accepted that a resend made void", HistoryRule.LatestCode, VoidTheCode),
        ("the right code is called wrong", HistoryRule.RightCode, h => Accepted(h) is { } check && !Has(h, OpKind.Resend) ? Replace(h, check, check with { Valid = false }) : null),
        ("a code is accepted after its expiry", HistoryRule.NotExpired, AcceptLate),
        ("a code is accepted after a cancel", HistoryRule.NotEnded, h => Accepted(h) is { } check ? Before(h, check, OpKind.Cancel, "canceled") : null),
        ("a code is accepted after the lock", HistoryRule.NotEnded, h => Accepted(h) is { } check ? Before(h, check, OpKind.Get, "attempts-exhausted") : null),
        ("an ended verification changes", HistoryRule.EndStands, h => h.Ops.Any(o => o.Status == "approved") ? After(h, OpKind.Get, "expired") : null),
        ("an acceptance is forgotten", HistoryRule.Readable, h => Accepted(h) is not null ? h with { Final = h.Final! with { Status = "pending", ChecksRemaining = 5 } } : null),
        ("a cancel is forgotten", HistoryRule.Readable, h => h.Final!.Status == "canceled" ? h with { Final = h.Final with { Status = "pending", ChecksRemaining = 5 } } : null),
        ("a verification is lost", HistoryRule.Readable, h => h with { Final = null }),
        ("a verification is not found in between", HistoryRule.Readable, h => After(h, OpKind.Get, null, OpEnd.Refused, "not-found")),
        ("a wrong try is forgotten", HistoryRule.Tries, h => IsPending(h) && Denied(h) > 0 ? h with { Final = h.Final! with { ChecksRemaining = 6 - Denied(h) } } : null),
        ("a try is counted that nobody made", HistoryRule.Tries, h => IsPending(h) && Denied(h) < 4 ? h with { Final = h.Final! with { ChecksRemaining = 4 - Denied(h) } } : null),
        ("one try too many is judged", HistoryRule.Tries, h => h.Final!.Status == "attempts-exhausted" ? h with { Ops = [.. h.Ops, FirstDenied(h) with { Command = "sixth" }] } : null),
        ("a lock comes early", HistoryRule.Tries, h => IsPending(h) ? h with { Final = h.Final! with { Status = "attempts-exhausted" } } : null),
        ("an approval without a check", HistoryRule.EndHasCause, h => IsPending(h) && !h.Ops.Any(o => o.Code == h.Messages[0].Code) ? h with { Final = h.Final! with { Status = "approved" } } : null),
        ("an end without a cancel", HistoryRule.EndHasCause, h => IsPending(h) ? h with { Final = h.Final! with { Status = "canceled" } } : null),
        ("it expires too early", HistoryRule.EndHasCause, h => IsPending(h) ? h with { Final = h.Final! with { Status = "expired" } } : null),
        ("a second message for one send", HistoryRule.OneMessage, h => h.ResendPolicy != "reuse" ? h with { Messages = [.. h.Messages, h.Messages[0]] } : null),
        ("a second message for one send under reuse", HistoryRule.OneMessage, h => h.ResendPolicy == "reuse" ? h with { Messages = [.. h.Messages, h.Messages[0]] } : null),
        ("a code that nobody asked for", HistoryRule.AskedFor, h => h with { Messages = [.. h.Messages, new SeenMessage("extra", h.Messages[^1].At)] }),
        ("one key starts two", HistoryRule.OneStart, h => h with { Ops = [.. h.Ops, h.Ops.First(o => o.Kind == OpKind.Start) with { Id = "vf-other" }] }),
        ("a start is not in the audit log", HistoryRule.Audited, h => h with { Audit = [.. h.Audit.Where(a => a.Action != "verification.started")] }),
        ("a resend is not in the audit log", HistoryRule.Audited, h => Has(h, OpKind.Resend) ? h with { Audit = [.. h.Audit.Where(a => a.Action != "verification.resent")] } : null),
        ("a resend is in the audit log twice", HistoryRule.Audited, h => Has(h, OpKind.Resend) ? h with { Audit = [.. h.Audit, h.Audit.First(a => a.Action == "verification.resent")] } : null),
        ("a resend is in the audit log that nobody asked for", HistoryRule.Audited, h => Has(h, OpKind.Resend) ? null : h with { Audit = [.. h.Audit, new AuditNote("verification.resent", "pending")] }),
        ("an end is not in the audit log", HistoryRule.Audited, h => IsPending(h) ? null : h with { Audit = [.. h.Audit.Where(a => a.Action is "verification.started" or "verification.resent")] }),
        ("an end is in the audit log twice", HistoryRule.Audited, h => IsPending(h) ? null : h with { Audit = [.. h.Audit, h.Audit[^1]] }),
        ("the audit log tells of another end", HistoryRule.Audited, h => IsPending(h) ? null : h with { Audit = [h.Audit[0], new AuditNote("verification.ended", "undeliverable")] }),
    ];

    private static HistoryOp? Accepted(VerificationHistory history) => history.Ops.FirstOrDefault(o => o.Valid == true);

    private static bool Has(VerificationHistory history, OpKind kind) => history.Ops.Any(o => o.Kind == kind);

    private static bool IsPending(VerificationHistory history) => history.Final!.Status == "pending";

    private static int Denied(VerificationHistory history) => history.Commands(OpKind.Check).Count(c => c.Denied);

    private static HistoryOp FirstDenied(VerificationHistory history) => history.Ops.First(o => o.Valid == false);

    private static VerificationHistory Replace(VerificationHistory history, HistoryOp old, HistoryOp op) =>
        history with { Ops = [.. history.Ops.Select(o => ReferenceEquals(o, old) ? op : o)] };

    private static VerificationHistory After(VerificationHistory history, OpKind kind, string? status, OpEnd end = OpEnd.Ok, string? problem = null)
    {
        var last = history.Ops.Max(o => o.Ended);
        return history with { Ops = [.. history.Ops, new HistoryOp(kind, "late", last + s_step, last + (2 * s_step), end) { Status = status, Problem = problem }] };
    }

    private static VerificationHistory Before(VerificationHistory history, HistoryOp op, OpKind kind, string status) =>
        history with { Ops = [new HistoryOp(kind, "early", op.Invoked - (3 * s_step), op.Invoked - s_step, OpEnd.Ok) { Status = status }, .. history.Ops] };

    private static VerificationHistory? VoidTheCode(VerificationHistory history)
    {
        if (Accepted(history) is not { } check || history.ResendPolicy != "rotate")
            return null;

        // The accepted code's message was there, then a resend was asked for and acknowledged, and only then came the check.
        var seen = history.Messages.First(m => m.Code == check.Code).At;
        var asked = (seen > check.Invoked ? seen : check.Invoked) + s_step;
        var moved = Later(history, check, TimeSpan.FromSeconds(1));
        return moved with { Ops = [.. moved.Ops, new HistoryOp(OpKind.Resend, "resend", asked, asked + s_step, OpEnd.Ok) { Status = "pending" }] };
    }

    private static VerificationHistory? AcceptLate(VerificationHistory history) =>
        Accepted(history) is { } check ? Later(history, check, TimeSpan.FromHours(1)) : null;

    // Every try of the command: one that came in time would explain the others.
    private static VerificationHistory Later(VerificationHistory history, HistoryOp check, TimeSpan by) =>
        history with { Ops = [.. history.Ops.Select(o => o.Command == check.Command ? o with { Invoked = o.Invoked + by, Ended = o.Ended + by } : o)] };
}
