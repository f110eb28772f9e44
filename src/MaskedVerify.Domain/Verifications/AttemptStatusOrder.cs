namespace MaskedVerify.Domain;

/// <summary>The one order in which an attempt may move, whatever order the carrier's reports come in.</summary>
public static class AttemptStatusOrder
{
    /// <summary>
    /// 0 claimed, 1 queued, 2 unknown, 3 accepted, 4 sent, 5 rejected or undelivered, 6 delivered. <c>unknown</c> stands before <c>accepted</c>,
    /// because a late answer or receipt settles it; <c>delivered</c> stands last, because a device that has the message has it whatever else was said.
    /// </summary>
    public static int Rank(this AttemptStatus status) => status switch
    {
        AttemptStatus.Claimed => 0,
        AttemptStatus.Queued => 1,
        AttemptStatus.Unknown => 2,
        AttemptStatus.Accepted => 3,
        AttemptStatus.Sent => 4,
        AttemptStatus.Rejected or AttemptStatus.Undelivered => 5,
        AttemptStatus.Delivered => 6,
        _ => -1,
    };

    /// <summary>Whether <paramref name="next"/> is further than <paramref name="current"/>.</summary>
    public static bool MayBecome(this AttemptStatus current, AttemptStatus next) => next.Rank() > current.Rank();

    /// <summary>Whether nothing further is expected but a late <see cref="AttemptStatus.Delivered"/>.</summary>
    public static bool IsFinal(this AttemptStatus status) => status.Rank() >= 5;
}
