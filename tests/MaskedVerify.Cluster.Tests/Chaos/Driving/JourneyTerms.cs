using System.Collections.Concurrent;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>How patient journeys are.</summary>
internal sealed record JourneyTerms
{
    /// <summary>How long one command is repeated until it gets a definite answer.</summary>
    public TimeSpan CommandPatience { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a message is waited for. It may be lost with its silo.</summary>
    public TimeSpan MessagePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same when no more journeys are begun: whoever waited so long has lost it.</summary>
    public TimeSpan LastMessagePatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The first pause between two tries of a command.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long to wait before a resend.</summary>
    public TimeSpan ResendWait { get; init; } = TimeSpan.FromSeconds(10.2);

    /// <summary>Longest pause of a person between two steps.</summary>
    public TimeSpan Think { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Fixed resend policy, or null for a random one.</summary>
    public string? ResendPolicy { get; init; }

    /// <summary>One of <see cref="Journey.Plans"/>, or null for a random one.</summary>
    public string? Plan { get; init; }

    /// <summary>How long a code can be checked; null for the tenant's.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>How long nothing is done after the first message.</summary>
    public TimeSpan HoldBack { get; init; }

    /// <summary>Takes the numbers that are used, without their plus: what the SMS centre calls them.</summary>
    public ConcurrentDictionary<string, bool>? Numbers { get; init; }

    /// <summary>Codes of the shortest life that the product allows, checked right before and right after its end.</summary>
    public static JourneyTerms Expiring { get; } = new() { Plan = "expire", TtlSeconds = 60 };

    /// <summary>Every verification is sent again as soon as that is allowed.</summary>
    public static JourneyTerms Resending { get; } = new() { Plan = "resend" };

    /// <summary>No pauses: for a model.</summary>
    public static JourneyTerms Instant { get; } = new() { Pause = TimeSpan.Zero, ResendWait = TimeSpan.Zero, Think = TimeSpan.Zero, MessagePatience = TimeSpan.FromSeconds(1) };
}
