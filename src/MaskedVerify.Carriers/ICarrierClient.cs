using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>One configured connection to a carrier. Safe for concurrent use.</summary>
public interface ICarrierClient
{
    /// <summary>Its configured name.</summary>
    CarrierId Id { get; }

    /// <summary>Channels it can serve.</summary>
    IReadOnlySet<Channel> Channels { get; }

    /// <summary>Whether a submit has a chance now (bound, not backing off). Cheap, no I/O.</summary>
    bool IsReady { get; }

    /// <summary>
    /// Hands one message over and waits for the carrier's answer. Never throws for what a carrier does: every ending is a <see cref="CarrierResult"/>.
    /// </summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">When it fires before anything was written, the result is <see cref="CarrierError.NotSent"/>, afterwards <see cref="CarrierError.NoAnswer"/>.</param>
    ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken);
}

/// <summary>A carrier connection that has a life of its own: sockets, keep-alive, reconnect.</summary>
public interface ICarrierSession : ICarrierClient
{
    /// <summary>Starts connecting in the background; returns at once.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops taking messages, waits for those under way (until cancelled), says goodbye to the carrier.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>One sentence for readiness and logs, without number or secret: <c>bound to 127.0.0.1:2775</c>, <c>reconnecting in 4 s: bind refused</c>.</summary>
    string StatusText { get; }
}
