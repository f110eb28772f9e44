using System.Text.RegularExpressions;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>The tree shows the architecture, and names no machine.</summary>
public sealed partial class TreeTests
{
    private const int LongFile = 300;

    private static readonly string[] TopLevel = ["src", "tests", "deploy", "Directory.Packages.props", "MaskedVerify.sln", "global.json", "README.md", "LICENSE"];

    [Fact]
    public void TopLevel_HoldsOnlyWhatIsAgreed() => Assert.Empty(StrangersAtTop(Repository.TrackedFiles));

    [Fact]
    public void SourceFiles_OverThreeHundredLines_SayWhy() =>
        Assert.Empty(Repository.TrackedFiles.Where(IsSource).Select(f => LongWithoutReason(f, Repository.Read(f))).OfType<string>());

    [Fact]
    public void Files_NameNoMachinePath_AndNoRegistryHost() =>
        Assert.Empty(Repository.TrackedFiles.Where(IsText).SelectMany(f => MachineNames(f, Repository.Read(f))));

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        var solution = Repository.Read("MaskedVerify.sln").Replace('\\', '/');
        var projects = Repository.TrackedFiles.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(projects);
        Assert.All(projects, p => Assert.Contains(p, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Versions_StandInOnePlace()
    {
        var local = Repository.TrackedFiles.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) && PackageVersion().IsMatch(Repository.Read(f)));
        Assert.Empty(local);
    }

    [Fact]
    public void Tests_MirrorAProject()
    {
        string[] own = ["Architecture", "Cluster"];
        var orphans = Directory.GetDirectories(Path.Combine(Repository.Root, "tests"), "*.Tests")
            .Select(d => Path.GetFileName(d).Replace(".Tests", string.Empty, StringComparison.Ordinal))
            .Where(n => !own.Contains(n.Split('.')[1], StringComparer.Ordinal) && !Directory.Exists(Path.Combine(Repository.Root, "src", n)));
        Assert.Empty(orphans);
    }

    [Fact]
    public void Checks_OfPlantedText_FindEveryBrokenRule()
    {
        Assert.Equal(["notes.txt"], StrangersAtTop(["src/A.cs", ".editorconfig", "notes.txt", "README.md"]));
        var many = string.Concat(Enumerable.Repeat("line\n", LongFile + 1));
        Assert.NotNull(LongWithoutReason("src/A.cs", many));
        Assert.Null(LongWithoutReason("src/A.cs", "// Over 300 lines because the table is one.\n" + many));
        Assert.Single(MachineNames("x", "see /" + "root/notes"));
        Assert.Single(MachineNames("x", "https://api." + "nuget" + ".org/v3"));
        Assert.Empty(MachineNames("x", "the work/ folder and https://example.com/root"));
    }

    private static IEnumerable<string> StrangersAtTop(IEnumerable<string> files) => files
        .Select(f => f.Split('/')[0])
        .Distinct(StringComparer.Ordinal)
        .Where(n => !n.StartsWith('.') && !TopLevel.Contains(n, StringComparer.Ordinal));

    private static string? LongWithoutReason(string path, string text)
    {
        var lines = text.AsSpan().Count('\n');
        return lines > LongFile && !text.Contains("// Over 300 lines because ", StringComparison.Ordinal) ? $"{path}: {lines} lines" : null;
    }

    private static IEnumerable<string> MachineNames(string path, string text) => MachineName().Matches(text).Select(m => $"{path}: {m.Value}");

    private static bool IsSource(string path) => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal);

    private static bool IsText(string path) =>
        !path.EndsWith(".png", StringComparison.Ordinal) && !path.EndsWith(".pcap", StringComparison.Ordinal) && !path.EndsWith("package-lock.json", StringComparison.Ordinal);

    // A home folder or a build machine's folder as an absolute path; a host of a package registry.
    [GeneratedRegex("(^|[^A-Za-z0-9_.:/])/(work|farm|root|home)/|https?://[^ \"/]*(nuget|npmjs|debian)\\.", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex MachineName();

    [GeneratedRegex("<PackageReference [^>]*Version=", RegexOptions.NonBacktracking)]
    private static partial Regex PackageVersion();
}
