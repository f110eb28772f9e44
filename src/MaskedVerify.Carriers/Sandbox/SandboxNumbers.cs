using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>
/// The magic numbers of the sandbox: <c>+1 ### 555 01xx</c>, the range of the North American plan that is set aside for fiction (555-0100 to 555-0199 of
/// each area code) and valid for libphonenumber. The last two digits choose what happens; the area code (<c>###</c>: 202, 212, 415, …) is free, so that a test that
/// is stopped by the limits of one number takes the next. Every other number, and every other ending, is delivered.
/// </summary>
public static class SandboxNumbers
{
    private static readonly (SandboxBehaviour Behaviour, string Name, string WhatHappens)[] s_list =
    [
        (SandboxBehaviour.Delivered, "delivered", "Accepted at once; a delivered receipt follows after 0.3 s. Every number that is not listed does the same."),
        (SandboxBehaviour.SentOnly, "sent", "Accepted; the carrier reports that the message is on its way, and nothing more."),
        (SandboxBehaviour.Undelivered, "undelivered", "Accepted; a receipt says that the network gave up."),
        (SandboxBehaviour.InvalidDestination, "invalid-destination", "Rejected by the carrier at once: the destination is wrong or not served."),
        (SandboxBehaviour.Blocked, "blocked", "Rejected by the carrier at once: it blocks this destination by policy."),
        (SandboxBehaviour.Refused, "refused", "Rejected by the carrier at once: it does not take this message."),
        (SandboxBehaviour.Slow, "slow", "Accepted after 1.5 s, then delivered."),
        (SandboxBehaviour.NoAnswer, "no-answer", "The carrier takes the message and never answers: the attempt ends as unknown after 3 s. The code arrives all the same; the receipt names an id that was never told."),
        (SandboxBehaviour.ThrottledOnce, "throttled-once", "The first message to an alias is throttled (retry after 1 s), the next one is delivered, and so on in turn."),
        (SandboxBehaviour.NotSent, "not-sent", "The connection to the carrier is down: nothing is handed over, another route may be tried."),
        (SandboxBehaviour.EarlyReceipt, "early-receipt", "The delivered receipt comes before the carrier's answer."),
        (SandboxBehaviour.DuplicateReceipts, "duplicate-receipts", "Delivered, and the receipt comes three times."),
        (SandboxBehaviour.ReorderedReceipts, "reordered-receipts", "Delivered, and the receipts come in the wrong order: delivered first, sent afterwards."),
        (SandboxBehaviour.NoReceipt, "no-receipt", "Accepted; no receipt ever comes."),
        (SandboxBehaviour.RejectedLater, "rejected-later", "Accepted; a receipt says that the message was rejected further down the line."),
        (SandboxBehaviour.Garbled, "garbled", "The carrier answers something that is not its protocol: the attempt ends as unknown."),
        (SandboxBehaviour.Misconfigured, "misconfigured", "The carrier refuses our credentials."),
    ];

    /// <summary>How the numbers are written: the last two digits choose.</summary>
    public const string Pattern = "+1 ### 555 01xx";

    /// <summary>All magic numbers, in order of their last two digits, with area code 202.</summary>
    public static IReadOnlyList<SandboxNumber> All { get; } =
        [.. s_list.Select(entry => new SandboxNumber($"+120255501{(int)entry.Behaviour:D2}", entry.Name, entry.WhatHappens, Arrives(entry.Behaviour)))];

    private static readonly HashSet<string> s_lost = [.. All.Where(number => !number.Arrives).Select(number => number.Name)];

    /// <summary>Whether a real phone would have got a message that ended with this word.</summary>
    public static bool Arrives(string name) => !s_lost.Contains(name);

    /// <summary>The behaviour that a number asks for.</summary>
    internal static SandboxBehaviour BehaviourOf(PhoneNumber number)
    {
        Span<byte> digits = stackalloc byte[16];
        var length = number.Reveal(digits);
        if (length != 11 || digits[0] != '1' || !digits[4..9].SequenceEqual("55501"u8))
        {
            return SandboxBehaviour.Delivered;
        }

        var ending = ((digits[9] - '0') * 10) + (digits[10] - '0');
        return ending < s_list.Length ? (SandboxBehaviour)ending : SandboxBehaviour.Delivered;
    }

    private static bool Arrives(SandboxBehaviour behaviour) => behaviour is not (SandboxBehaviour.Undelivered or SandboxBehaviour.InvalidDestination or SandboxBehaviour.Blocked
        or SandboxBehaviour.Refused or SandboxBehaviour.NotSent or SandboxBehaviour.RejectedLater or SandboxBehaviour.Garbled or SandboxBehaviour.Misconfigured);

    /// <summary>The word for a behaviour.</summary>
    internal static string NameOf(SandboxBehaviour behaviour) => s_list[(int)behaviour].Name;
}
