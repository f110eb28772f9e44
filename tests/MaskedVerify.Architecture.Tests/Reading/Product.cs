using System.Reflection;

namespace MaskedVerify.Architecture.Tests.Reading;

/// <summary>The assemblies of the product, and its tree.</summary>
internal static class Product
{
    /// <summary>Assembly names of the libraries and hosts under src/.</summary>
    public static readonly string[] Names =
    [
        "MaskedVerify.Domain", "MaskedVerify.Privacy", "MaskedVerify.Carriers", "MaskedVerify.Grains", "MaskedVerify.Storage", "MaskedVerify.Front", "maskedverify",
    ];

    private static readonly Lazy<IReadOnlyList<Assembly>> Loaded = new(() => [.. Names.Select(Assembly.Load)]);

    /// <summary>All of them, loaded.</summary>
    public static IReadOnlyList<Assembly> Assemblies => Loaded.Value;

    public static Assembly Grains => Load("MaskedVerify.Grains");

    public static Assembly Domain => Load("MaskedVerify.Domain");

    public static Assembly Load(string name) => Assemblies.Single(a => a.GetName().Name == name);

    /// <summary>Types that people wrote: no closures, no state machines, nothing that a generator made.</summary>
    public static IEnumerable<Type> WrittenTypes(Assembly assembly) => assembly.GetTypes().Where(IsWritten);

    public static bool IsOurs(Assembly assembly) => Names.Contains(assembly.GetName().Name, StringComparer.Ordinal);

    private static bool IsWritten(Type type) =>
        !type.Name.Contains('<', StringComparison.Ordinal)
        && type.Namespace?.StartsWith("MaskedVerify", StringComparison.Ordinal) == true
        && !type.GetCustomAttributesData().Any(a => a.AttributeType.Name is "GeneratedCodeAttribute" or "CompilerGeneratedAttribute")
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));
}
