using System.Diagnostics;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.Sending;

/// <summary>Carries committed attempts to carriers, outside of any grain turn. Bounded.</summary>
public interface ISendPump
{
    /// <summary>
    /// Lets a turn in that may claim an attempt and hand it over; it must <see cref="Leave"/>. False when this silo leaves the cluster: then nothing may be claimed here.
    /// </summary>
    bool TryEnter(SendTurn turn);

    /// <summary>Ends a turn that was let in.</summary>
    void Leave();

    /// <summary>Whether the pump has ended, which a turn inside sees only when the host did not wait any longer.</summary>
    bool IsClosed { get; }

    /// <summary>
    /// Takes a ticket without waiting. False when the queue is full (the attempt then ends as <c>NotSent</c> without having been handed over) or the pump is closed.
    /// </summary>
    bool TryEnqueue(SendTicket ticket);
}

/// <summary>One committed attempt. Prints masked.</summary>
/// <param name="Alias">The grain that gets the result.</param>
/// <param name="Verification">The verification.</param>
/// <param name="Attempt">Index, from 0.</param>
/// <param name="Route">The claimed route.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Number">The opened number.</param>
/// <param name="Text">The whole text.</param>
/// <param name="ClaimedTimestamp"><c>TimeProvider.GetTimestamp()</c> at the claim: a submit happens only within 5 s of it.</param>
public sealed record SendTicket(
    AliasId Alias,
    VerificationId Verification,
    int Attempt,
    PlannedRoute Route,
    Channel Channel,
    PhoneNumber Number,
    string Text,
    long ClaimedTimestamp)
{
    /// <summary>Whether no other route is left: then it waits for a carrier whose connection is down, as long as a submit may still begin, and for one that throttles.</summary>
    public bool IsLastRoute { get; init; }

    /// <summary>Unix milliseconds of the claim as it is stored: tells the tries of one attempt apart.</summary>
    public long ClaimedAt { get; init; }

    /// <summary>Trace of the turn that made the ticket; none when nothing is traced.</summary>
    public ActivityContext Trace { get; init; } = Activity.Current?.Context ?? default;

    /// <inheritdoc/>
    public override string ToString() => $"SendTicket {{ {Verification}#{Attempt} }}";
}
