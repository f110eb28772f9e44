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

    /// <summary>No pauses: for a model.</summary>
    public static JourneyTerms Instant { get; } = new() { Pause = TimeSpan.Zero, ResendWait = TimeSpan.Zero, Think = TimeSpan.Zero, MessagePatience = TimeSpan.FromSeconds(1) };
}
