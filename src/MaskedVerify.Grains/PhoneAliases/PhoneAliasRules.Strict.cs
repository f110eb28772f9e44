namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>
/// Strict mode: what replaces waits for checks once the day's wrong tries are used up. Who guesses is slowed down by messages that must first be sent; the owner of the device needs only one of
/// them and is kept by nobody's wrong code from trying it.
/// </summary>
internal static partial class PhoneAliasRules
{
    /// <summary>Whether every verification of the alias has one try.</summary>
    internal static bool IsStrict(PhoneAliasState state, RuleTerms terms) => StrictStep(state, terms) > 0;

    /// <summary>How many wrong tries ago strict mode began, from 1; 0: it does not hold.</summary>
    private static int StrictStep(PhoneAliasState state, RuleTerms terms) => StrictStep(state, state.Failures, terms);

    private static int StrictStep(PhoneAliasState state, FailureMark[] failures, RuleTerms terms) =>
        Math.Max(0, CountedFailures(state, failures, terms) - terms.Policy.FailuresPerDay + 1);

    private static int CountedFailures(PhoneAliasState state, FailureMark[] failures, RuleTerms terms)
    {
        var since = Math.Max(state.UnpausedAt, terms.Now - PhoneAliasLimits.Day);
        return failures.Sum(f => f.At > since ? 1 + f.MoreCodes : 0);
    }

    /// <summary>Until when strict mode keeps the next message back. A success ends the present wait.</summary>
    private static SendBarrier StrictBarrier(PhoneAliasState state, RuleTerms terms)
    {
        var step = StrictStep(state, terms);
        var last = Math.Max(state.Sends is [.., var send] ? send.At : 0, state.Failures is [.., var wrong] ? wrong.At : 0);
        if (step == 0 || last < state.VerifiedAt)
        {
            return default;
        }

        // The oldest of the counted tries leaves the day first, and with each the spacing gets shorter.
        var spacing = StrictSpacing(step);
        var freeAt = last + spacing;
        foreach (var failure in state.Failures.Where(f => f.At > Math.Max(state.UnpausedAt, terms.Now - PhoneAliasLimits.Day)))
        {
            step = Math.Max(0, step - 1 - failure.MoreCodes);
            freeAt = Math.Min(freeAt, Math.Max(last + StrictSpacing(step), failure.At + PhoneAliasLimits.Day));
        }

        return new SendBarrier(freeAt, PhoneAliasWords.StrictSpacing, 1, spacing / PhoneAliasLimits.Second);
    }

    private static long StrictSpacing(int step) =>
        step == 0 ? 0 : Math.Min(PhoneAliasLimits.FirstStrictSpacing << Math.Min(step - 1, 16), PhoneAliasLimits.LongestStrictSpacing);

    /// <summary>Wrong tries that end a verification if nothing else happens: those until strict mode, and one in it.</summary>
    private static int TriesLeft(PhoneAliasState state, LiveVerification verification, RuleTerms terms)
    {
        var beforeStrict = Math.Max(0, terms.Policy.FailuresPerDay - CountedFailures(state, state.Failures, terms));
        var codes = Math.Max(1, TakenCodes(state, verification, terms).Length);
        return Math.Clamp(terms.Policy.ChecksPerVerification - verification.FailedChecks, 1, ((beforeStrict + codes - 1) / codes) + 1);
    }

    /// <summary>The codes that a check is judged by, oldest first: those that are valid, in strict mode the newest alone.</summary>
    private static CodeEntry[] TakenCodes(PhoneAliasState state, LiveVerification verification, RuleTerms terms)
    {
        var valid = Array.FindAll(verification.Codes, c => terms.Now < c.ExpiresAt);
        return valid.Length > 1 && IsStrict(state, terms) ? valid[^1..] : valid;
    }
}
