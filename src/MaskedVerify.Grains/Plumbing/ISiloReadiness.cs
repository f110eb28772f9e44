namespace MaskedVerify.Grains;

/// <summary>Tells the front whether this silo can serve, and why not. Cheap: looks at memory only.</summary>
public interface ISiloReadiness
{
    /// <summary>The state of everything that a request needs.</summary>
    SiloReadinessReport Check();
}

/// <summary>What a silo is able to do now.</summary>
/// <param name="IsReady">Whether every required item is ready.</param>
/// <param name="Items">Each with a sentence, free of user data and secrets.</param>
public sealed record SiloReadinessReport(bool IsReady, IReadOnlyList<ReadinessItem> Items);

/// <summary>One thing that requests need.</summary>
/// <param name="Name">Stable: <c>silo</c>, <c>keys</c>, <c>tenants</c>, <c>hot-store</c>, <c>audit</c>, <c>carrier:{name}</c>.</param>
/// <param name="IsReady">Whether it is there.</param>
/// <param name="IsRequired">Whether the silo is not ready without it; a carrier is not, because others may serve, nor audit, because reads go on.</param>
/// <param name="Text">One sentence.</param>
public sealed record ReadinessItem(string Name, bool IsReady, bool IsRequired, string Text);
