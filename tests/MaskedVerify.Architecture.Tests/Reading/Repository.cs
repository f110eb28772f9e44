using System.Diagnostics;

namespace MaskedVerify.Architecture.Tests.Reading;

/// <summary>The tree that this test was built from.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Folder = new(Find);
    private static readonly Lazy<string[]> Files = new(ListFiles);

    /// <summary>Folder that holds the solution.</summary>
    public static string Root => Folder.Value;

    /// <summary>Paths of all files that belong to the project, with <c>/</c>, relative to <see cref="Root"/>: tracked ones and new ones that no rule ignores.</summary>
    public static IReadOnlyList<string> TrackedFiles => Files.Value;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MaskedVerify.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from inside the tree that holds MaskedVerify.sln.");
    }

    private static string[] ListFiles()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        var files = output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f))).ToArray();
        return git.ExitCode == 0 && files.Length > 0 ? files : throw new InvalidOperationException("git lists no files of this tree.");
    }
}
