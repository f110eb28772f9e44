namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Finds the programs that the build made, in the configuration of this test.</summary>
internal static class BuiltProgram
{
    public static string Server => Find("MaskedVerify.Front", "MaskedVerify.Front.dll");

    public static string Cli => Find("MaskedVerify.Cli", "maskedverify.dll");

    private static string Find(string project, string file)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var framework = here.Name;
        var configuration = here.Parent!.Name;
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MaskedVerify.sln")))
            {
                return Path.Combine(folder.FullName, "src", project, "bin", configuration, framework, file);
            }
        }

        throw new InvalidOperationException("The tests run from inside the tree that holds MaskedVerify.sln.");
    }
}
