using MaskedVerify.Domain;
using Orleans.Services;

namespace MaskedVerify.Grains.Doors;

/// <summary>
/// How a vault reaches the carrier sessions of one certain egress silo. Not a grain: sockets belong to a silo. Its calls run side by side and wait for carriers, which
/// no grain does. The name of this interface is part of its address: for ever.
/// </summary>
[GrainInterfaceType("mv.egress-door")]
internal interface IEgressDoor : IGrainService
{
    /// <summary>The carriers with connections that this silo has.</summary>
    [Alias("GetStatus")]
    Task<EgressStatus> GetStatus();

    /// <summary>Hands one message over and waits for the carrier's answer; never throws for what a carrier does.</summary>
    [Alias("Submit")]
    Task<EgressAnswer> Submit(EgressTicket ticket);
}

/// <summary>Carriers of an egress silo.</summary>
/// <param name="Carriers">Each with its state.</param>
[GenerateSerializer, Immutable, Alias("mv.EgressStatus")]
internal sealed record EgressStatus([property: Id(0)] IReadOnlyList<EgressCarrier> Carriers);

/// <summary>One carrier of an egress silo.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Channels">What it serves.</param>
/// <param name="IsReady">Whether a submit has a chance there now.</param>
/// <param name="Text">One sentence without number or secret.</param>
[GenerateSerializer, Immutable, Alias("mv.EgressCarrier")]
internal sealed record EgressCarrier(
    [property: Id(0)] CarrierId Carrier, [property: Id(1)] IReadOnlyList<Channel> Channels, [property: Id(2)] bool IsReady, [property: Id(3)] string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"EgressCarrier {{ {Carrier}, {IsReady} }}";
}

/// <summary>One message between silos. Prints masked.</summary>
/// <param name="Carrier">Who carries it.</param>
/// <param name="To">The real number.</param>
/// <param name="Text">The whole text with the code.</param>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Sender">Sender id, or null.</param>
/// <param name="Alias">The alias.</param>
/// <param name="Verification">The verification.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="HandOverBefore">By the cluster's clock: not handed to the carrier after this, because the attempt then counts as unknown and may go elsewhere.</param>
[GenerateSerializer, Immutable, Alias("mv.EgressTicket")]
internal sealed record EgressTicket(
    [property: Id(0)] CarrierId Carrier,
    [property: Id(1)] PhoneNumber To,
    [property: Id(2)] string Text,
    [property: Id(3)] Channel Channel,
    [property: Id(4)] string? Sender,
    [property: Id(5)] AliasId Alias,
    [property: Id(6)] VerificationId Verification,
    [property: Id(7)] int Attempt,
    [property: Id(8)] DateTimeOffset HandOverBefore)
{
    /// <inheritdoc/>
    public override string ToString() => $"EgressTicket {{ {Verification}#{Attempt} }}";
}

/// <summary>How a submit ended: <see cref="Carriers.CarrierResult"/> between silos.</summary>
/// <param name="Error"><see cref="Carriers.CarrierError"/> as a number.</param>
/// <param name="MessageId">The carrier's id, when it took the message.</param>
/// <param name="Segments">Parts the text was cut into.</param>
/// <param name="RetryAfter">How long the carrier asked to be left alone, or null.</param>
/// <param name="SubmittedAt">When it was handed over, or null.</param>
[GenerateSerializer, Immutable, Alias("mv.EgressAnswer")]
internal sealed record EgressAnswer(
    [property: Id(0)] int Error, [property: Id(1)] string? MessageId, [property: Id(2)] int Segments, [property: Id(3)] TimeSpan? RetryAfter, [property: Id(4)] DateTimeOffset? SubmittedAt);
