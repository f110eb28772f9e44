using System.Text.Json.Serialization;

namespace MaskedVerify.Front.Operations;

/// <summary>Answer of the health endpoints; the checks are shown on the internal port only.</summary>
internal sealed record HealthResource(
    HealthState Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<HealthCheckResource>? Checks = null);

/// <summary>One check.</summary>
internal sealed record HealthCheckResource(string Name, HealthState Status, string Text);

/// <summary>How something is.</summary>
internal enum HealthState
{
    /// <summary>All is well.</summary>
    Healthy = 0,

    /// <summary>It works, but somebody should look.</summary>
    Degraded = 1,

    /// <summary>It cannot serve.</summary>
    Unhealthy = 2,
}
