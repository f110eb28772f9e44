using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace MaskedVerify.Grains;

/// <summary>What every process that calls our grains needs, silo or client.</summary>
public static class GrainsWire
{
    /// <summary>
    /// Lets the product's own exceptions travel as themselves, so that a caller can tell "storage is away" from a fault. So does the PostgreSQL driver's, the cause of one when
    /// a grain cannot read its row while it wakes up: no filter stands there, and a chain with a link that cannot travel arrives as a fault of the serialiser. SQL Server's
    /// driver is among those that Orleans knows.
    /// </summary>
    public static IServiceCollection AddMaskedVerifyWire(this IServiceCollection services) => services.Configure<ExceptionSerializationOptions>(o =>
    {
        o.SupportedNamespacePrefixes.Add(nameof(MaskedVerify));
        o.SupportedNamespacePrefixes.Add("Npgsql");
    });
}
