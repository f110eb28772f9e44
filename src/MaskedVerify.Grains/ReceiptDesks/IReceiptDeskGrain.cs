using MaskedVerify.Domain;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.ReceiptDesks;

/// <summary>Stateless counter on vault silos that takes delivery receipts and late answers from egress silos, which have no hot store. Key: <see cref="GrainKeys.ReceiptDesk"/>.</summary>
[GrainInterfaceType("mv.receipt-desk")]
public interface IReceiptDeskGrain : IGrainWithStringKey
{
    /// <summary>Returns when the receipt is durable; only then may the carrier be told that it was taken.</summary>
    [Alias("Record"), AlwaysInterleave, OpenTo(SiloRoles.Egress)]
    Task Record(ReceiptNote note);

    /// <summary>Returns when the answer was passed on to its alias, or will be.</summary>
    [Alias("RecordLate"), AlwaysInterleave, OpenTo(SiloRoles.Egress)]
    Task RecordLate(LateAnswerNote note);
}

/// <summary>A delivery receipt between silos.</summary>
/// <param name="Carrier">Who reported it.</param>
/// <param name="MessageId">In the carrier's canonical form.</param>
/// <param name="State">How far the message came.</param>
/// <param name="Reason">A short machine word, or null.</param>
/// <param name="At">When it came in.</param>
/// <param name="SubmittedAt">When the newest message that is known to have got the id was handed over, or null.</param>
/// <param name="OtherIds">Further ids that the carrier may have meant.</param>
[GenerateSerializer, Immutable, Alias("mv.ReceiptNote")]
public sealed record ReceiptNote(
    [property: Id(0)] CarrierId Carrier,
    [property: Id(1)] string MessageId,
    [property: Id(2)] AttemptStatus State,
    [property: Id(3)] string? Reason,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] DateTimeOffset? SubmittedAt,
    [property: Id(6)] string[] OtherIds);

/// <summary>An acceptance that came late, between silos.</summary>
/// <param name="Carrier">Who.</param>
/// <param name="Verification">Whose message.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="MessageId">In the carrier's canonical form.</param>
/// <param name="Segments">Parts of the text.</param>
/// <param name="SubmittedAt">When it was handed over.</param>
[GenerateSerializer, Immutable, Alias("mv.LateAnswerNote")]
public sealed record LateAnswerNote(
    [property: Id(0)] CarrierId Carrier,
    [property: Id(1)] VerificationId Verification,
    [property: Id(2)] int Attempt,
    [property: Id(3)] string MessageId,
    [property: Id(4)] int Segments,
    [property: Id(5)] DateTimeOffset SubmittedAt);
