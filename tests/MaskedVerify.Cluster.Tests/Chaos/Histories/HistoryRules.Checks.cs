namespace MaskedVerify.Cluster.Tests.Chaos.Histories;

/// <summary>Judging checks.</summary>
internal static partial class HistoryRules
{
    private static void JudgeAcceptance(VerificationHistory history, List<Violation> found)
    {
        var accepted = history.Commands(OpKind.Check).Where(c => c.Accepted).ToArray();
        if (accepted.Length > 1)
            found.Add(new Violation(HistoryRule.OneAcceptance, $"{accepted.Length} checks were accepted."));

        foreach (var command in accepted)
        {
            var message = history.Messages.FirstOrDefault(m => m.Code == command.Code);
            if (message is null)
                found.Add(new Violation(HistoryRule.SentCode, "A code was accepted that was never sent."));
            else if (IsVoid(history, message, command.Invoked))
                found.Add(new Violation(HistoryRule.LatestCode, "A code was accepted that a later one had made void."));

            var expiries = history.Ops.Where(op => op.ExpiresAt is not null).Select(op => op.ExpiresAt!.Value).Append(history.Final?.ExpiresAt ?? default).Max();
            if (expiries != default && command.Invoked > expiries + Tolerance)
                found.Add(new Violation(HistoryRule.NotExpired, $"A code was accepted after {expiries:HH:mm:ss.fff}, when it had expired."));

            if (history.Ops.FirstOrDefault(op => op.ShowsEnd && op.Ended < command.Invoked && op.Command != command.Key) is { } end)
                found.Add(new Violation(HistoryRule.NotEnded, $"A code was accepted after the verification was known to be {end.Status}."));
        }
    }

    /// <summary>
    /// Whether a code can no longer be the latest valid one at a time: a resend that was asked for after its message had been seen (so it made another code) was
    /// acknowledged before. Under keep-previous only if that answer also showed that a carrier has the new message.
    /// </summary>
    private static bool IsVoid(VerificationHistory history, SeenMessage message, DateTimeOffset at) => history.ResendPolicy switch
    {
        "reuse" => false,
        "rotate" => LaterResends(history, message).Any(c => c.AcknowledgedAt < at),
        _ => LaterResends(history, message).Any(c => c.Answers.Any(a => a.Ended < at && a.NewestAttempt is ("accepted" or "sent" or "delivered"))),
    };

    private static IEnumerable<HistoryCommand> LaterResends(VerificationHistory history, SeenMessage message) =>
        history.Commands(OpKind.Resend).Where(c => c.IsAcknowledged && c.Invoked > message.At);

    private static void JudgeRightCode(VerificationHistory history, List<Violation> found)
    {
        foreach (var denied in history.Ops.Where(op => op is { Kind: OpKind.Check, End: OpEnd.Ok, Valid: false }))
        {
            var wasSent = history.Messages.Any(m => m.Code == denied.Code && m.At < denied.Invoked);
            var mayBeVoid = history.Commands(OpKind.Resend).Any(c => c.MayHaveHappened && c.Invoked < denied.Ended);
            if (wasSent && !mayBeVoid)
                found.Add(new Violation(HistoryRule.RightCode, $"The right code was called wrong: {denied}."));
        }
    }

    private static void JudgeTries(VerificationHistory history, List<Violation> found)
    {
        var checks = history.Commands(OpKind.Check);
        var counted = checks.Count(c => c.Denied);
        var perhaps = checks.Count(c => !c.IsAcknowledged && c.MayHaveHappened);
        if (counted > history.ChecksAllowed)
            found.Add(new Violation(HistoryRule.Tries, $"{counted} wrong codes were judged, {history.ChecksAllowed} are allowed."));

        switch (history.Final)
        {
            case { Status: "pending", ChecksRemaining: > 0 } final:
                var used = history.ChecksAllowed - final.ChecksRemaining;
                if (used < counted)
                    found.Add(new Violation(HistoryRule.Tries, $"{counted} wrong codes were judged, {used} are counted."));
                if (used > counted + perhaps)
                    found.Add(new Violation(HistoryRule.Tries, $"{used} wrong codes are counted, at most {counted + perhaps} were presented."));
                break;
            case { Status: "pending" } when counted >= history.ChecksAllowed:
                found.Add(new Violation(HistoryRule.Tries, $"It is pending after {counted} wrong codes."));
                break;
            case { Status: "attempts-exhausted" } when counted + perhaps < history.ChecksAllowed:
                found.Add(new Violation(HistoryRule.Tries, $"It is exhausted after at most {counted + perhaps} wrong codes, {history.ChecksAllowed} are allowed."));
                break;
            default:
                break;
        }
    }
}
