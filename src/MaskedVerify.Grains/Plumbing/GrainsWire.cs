using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace MaskedVerify.Grains;

/// <summary>What every process that calls our grains needs, silo or client.</summary>
public static class GrainsWire
{
    /// <summary>Lets the product's own exceptions travel as themselves, so that a caller can tell "storage is away" from a fault.</summary>
    public static IServiceCollection AddMaskedVerifyWire(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(o => o.SupportedNamespacePrefixes.Add(nameof(MaskedVerify)));
}
