namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Finds the programs that the build made, in the configuration of this test.</summary>
internal static class BuiltProgram
{
    public static string Server => Find("MaskedVerify.Front", "MaskedVerify.Front.dll");

    public static string Cli => Find("MaskedVerify.Cli", "maskedverify.dll");

    public static string Load => Find("MaskedVerify.Load", "MaskedVerify.Load.dll", "tests");

    public static string ServerProject => Path.Combine(Root(), "src", "MaskedVerify.Front");

    public static string Configuration => Here.Parent!.Name;

    private static DirectoryInfo Here => new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string Find(string project, string file, string room = "src") => Path.Combine(Root(), room, project, "bin", Configuration, Here.Name, file);

    private static string Root()
    {
        for (var folder = Here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MaskedVerify.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from inside the tree that holds MaskedVerify.sln.");
    }
}
