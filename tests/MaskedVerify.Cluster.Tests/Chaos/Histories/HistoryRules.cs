namespace MaskedVerify.Cluster.Tests.Chaos.Histories;

/// <summary>
/// Judges what clients saw of one verification. Pure. It claims only what holds for every order that the times allow: a call with an unknown end may have had its
/// effect at any time after it was sent, or never.
/// </summary>
internal static partial class HistoryRules
{
    /// <summary>Clients and servers may differ by this much.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Every rule that the history breaks; empty when it is good.</summary>
    public static IReadOnlyList<Violation> Judge(VerificationHistory history)
    {
        var found = new List<Violation>();
        JudgeStart(history, found);
        JudgeAcceptance(history, found);
        JudgeRightCode(history, found);
        JudgeTries(history, found);
        JudgeEnd(history, found);
        JudgeAudit(history, found);
        JudgeAuditOfResends(history, found);
        JudgeMessages(history, found);
        return found;
    }

    private static void JudgeStart(VerificationHistory history, List<Violation> found)
    {
        var started = history.Commands(OpKind.Start).SelectMany(c => c.Answers).Select(a => a.Id).Distinct(StringComparer.Ordinal).ToArray();
        if (started.Length > 1)
            found.Add(new Violation(HistoryRule.OneStart, $"One start made {started.Length} verifications."));

        var lost = history.Ops.FirstOrDefault(op => op.Kind != OpKind.Start && op.Problem == "not-found");
        if (lost is not null)
            found.Add(new Violation(HistoryRule.Readable, $"A verification that was acknowledged was not found: {lost}."));
    }

    private static void JudgeEnd(VerificationHistory history, List<Violation> found)
    {
        var ends = history.Ops.Where(op => op.ShowsEnd).Select(op => op.Status!).Distinct(StringComparer.Ordinal).ToArray();
        if (ends.Length > 1)
            found.Add(new Violation(HistoryRule.EndStands, $"It ended in more than one way: {string.Join(", ", ends)}."));

        if (history.Final is not { } final)
        {
            if (history.Commands(OpKind.Start).Any(c => c.IsAcknowledged))
                found.Add(new Violation(HistoryRule.Readable, "Its start was acknowledged, and it is gone."));
            return;
        }

        if (ends.Length > 0 && !ends.Contains(final.Status, StringComparer.Ordinal))
            found.Add(new Violation(HistoryRule.Readable, $"It was answered as {ends[0]} and is {final.Status} now."));

        if (history.Commands(OpKind.Check).Any(c => c.Accepted) && final.Status != "approved")
            found.Add(new Violation(HistoryRule.Readable, $"A code was accepted and the verification is {final.Status} now."));

        JudgeCause(history, final, found);
    }

    private static void JudgeCause(VerificationHistory history, FinalRead final, List<Violation> found)
    {
        var codes = history.Messages.Select(m => m.Code).ToHashSet(StringComparer.Ordinal);
        var hasCause = final.Status switch
        {
            "approved" => history.Commands(OpKind.Check).Any(c => c.MayHaveHappened && c.Code is { } code && codes.Contains(code)),
            "canceled" => history.Commands(OpKind.Cancel).Any(c => c.MayHaveHappened),
            "expired" => final.At >= final.ExpiresAt - Tolerance,
            _ => true,
        };
        if (!hasCause)
            found.Add(new Violation(HistoryRule.EndHasCause, $"It is {final.Status}, and nobody gave it a reason to."));
    }

    private static void JudgeAudit(VerificationHistory history, List<Violation> found)
    {
        var starts = history.Audit.Count(a => a.Action == "verification.started");
        var ends = history.Audit.Where(a => a.Action is "verification.approved" or "verification.ended").ToArray();
        if (history.Commands(OpKind.Start).Any(c => c.IsAcknowledged) && starts != 1)
            found.Add(new Violation(HistoryRule.Audited, $"Its start is in the audit log {starts} times."));

        if (ends.Length > 1)
            found.Add(new Violation(HistoryRule.Audited, $"Its end is in the audit log {ends.Length} times."));

        // Expiry shows at once; its row is written when its due step runs.
        var isWritten = history.Final is { Status: not ("pending" or "expired") };
        if (isWritten && ends.Length == 0)
            found.Add(new Violation(HistoryRule.Audited, $"It is {history.Final!.Status}, and the audit log does not know."));

        if (ends.Any(e => e.Outcome != history.Final?.Status || (e.Outcome == "approved") != (e.Action == "verification.approved")))
            found.Add(new Violation(HistoryRule.Audited, $"It is {history.Final?.Status}, and the audit log says {ends[0].Outcome}."));
    }

    // A resend that was refused, or that nobody asked for, has no row.
    private static void JudgeAuditOfResends(VerificationHistory history, List<Violation> found)
    {
        var (rows, resends) = (history.Audit.Count(a => a.Action == "verification.resent"), history.Commands(OpKind.Resend));
        var (least, most) = (resends.Count(c => c.IsAcknowledged), resends.Count(c => c.MayHaveHappened));
        if (rows < least || rows > most)
            found.Add(new Violation(HistoryRule.Audited, $"{least} resends were acknowledged and at most {most} were made; {rows} are in the audit log."));
    }

    private static void JudgeMessages(VerificationHistory history, List<Violation> found)
    {
        var resends = history.Commands(OpKind.Resend).Count(c => c.MayHaveHappened);
        var isReuse = history.ResendPolicy == "reuse";
        var most = (isReuse ? 1 + resends : 1) * (history.ResendsUnknown ? 2 : 1);
        foreach (var send in history.Messages.Where(m => m.Taken).GroupBy(m => m.Code, StringComparer.Ordinal).Where(g => g.Count() > most))
            found.Add(new Violation(HistoryRule.OneMessage, $"{send.Count()} messages were taken for one send, at most {most} may be."));

        var codes = history.Messages.Select(m => m.Code).Distinct(StringComparer.Ordinal).Count();
        if (codes > (isReuse ? 1 : 1 + resends))
            found.Add(new Violation(HistoryRule.AskedFor, $"{codes} codes were sent after {resends} resends."));
    }
}
