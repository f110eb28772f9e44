using MaskedVerify.Carriers;
using MaskedVerify.Grains;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Testing;

/// <summary>How a <see cref="SiloFixture"/> is put together.</summary>
public sealed class SiloFixtureOptions
{
    /// <summary>Silos at the start. Default 1.</summary>
    public short Silos { get; set; } = 1;

    /// <summary>Roles of the silos, in their order. Default: every silo does everything.</summary>
    public IList<SiloRoles> Roles { get; } = [];

    /// <summary>The cluster's clock; null for the system's. Default: a fake one that stands still at noon of 2026-03-02 UTC.</summary>
    public FakeTimeProvider? Time { get; set; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Carriers of every silo. Default: one <see cref="TestCarrier"/> named <c>sandbox</c> for both channels.</summary>
    public IList<ICarrierClient> Carriers { get; } = [];

    /// <summary>Uses the product's sandbox carrier and inbox in the place of <see cref="Carriers"/>.</summary>
    public bool UseSandboxCarrier { get; set; }

    /// <summary>Uses the embedded databases in a folder that is gone afterwards, in the place of the stores in memory; for one silo only.</summary>
    public bool UseDatabases { get; set; }

    /// <summary>Whether live tenants may be served. Default yes.</summary>
    public bool AllowLiveTenants { get; set; } = true;

    /// <summary>Changes settings of the grains.</summary>
    public Action<GrainsOptions> Grains { get; set; } = _ => { };

    /// <summary>Changes the silo after everything was registered: the last word wins.</summary>
    public Action<ISiloBuilder> Silo { get; set; } = _ => { };
}
