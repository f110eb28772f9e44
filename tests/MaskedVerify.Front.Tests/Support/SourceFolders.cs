using System.Reflection;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>Folders of the sources that tests run programs from.</summary>
internal static class SourceFolders
{
    /// <summary>Where npm put what judges the document.</summary>
    public static string Node { get; } = Of("NodeFolder");

    /// <summary>Programs around generated clients.</summary>
    public static string Clients { get; } = Of("ClientsFolder");

    private static string Of(string key) => typeof(SourceFolders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
