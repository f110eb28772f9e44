using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Sending;

/// <summary>The carriers as this vault silo reaches them: those of its own process and those of egress silos.</summary>
public interface ICarrierOverview
{
    /// <summary>Looks at memory only.</summary>
    IReadOnlyList<CarrierOverview> Look();
}

/// <summary>One carrier.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Channels">What it serves.</param>
/// <param name="IsReady">Whether a submit has a chance now, here or on an egress silo.</param>
/// <param name="Text">One sentence without number or secret.</param>
public sealed record CarrierOverview(CarrierId Carrier, IReadOnlyList<Channel> Channels, bool IsReady, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"CarrierOverview {{ {Carrier}, {IsReady} }}";
}
