using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>What journeys talk to: a cluster over HTTP, or a model in memory.</summary>
internal interface IVerifier
{
    /// <summary>Makes one call. Never throws for what the other side does.</summary>
    Task<OpAnswer> CallAsync(OpCall call);
}

/// <summary>One call.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Command">Idempotency key.</param>
internal sealed record OpCall(OpKind Kind, string Command)
{
    /// <summary>Of a start: whom to send to, unless <see cref="Alias"/> is given.</summary>
    public string? Number { get; init; }

    /// <summary>Of a start: whom to send to.</summary>
    public string? Alias { get; init; }

    /// <summary>Of a start.</summary>
    public string? ResendPolicy { get; init; }

    /// <summary>Of a start: how long a code can be checked; null for the tenant's.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>Of everything but a start.</summary>
    public string? Id { get; init; }

    /// <summary>Of a check.</summary>
    public string? Code { get; init; }
}

/// <summary>How one call ended.</summary>
internal sealed record OpAnswer(OpEnd End)
{
    public string? Id { get; init; }

    public string? Alias { get; init; }

    public string? Status { get; init; }

    public bool? Valid { get; init; }

    public int ChecksRemaining { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? NewestAttempt { get; init; }

    public string? Problem { get; init; }

    /// <summary>Status of the HTTP answer; null when there was none.</summary>
    public int? HttpStatus { get; init; }
}
