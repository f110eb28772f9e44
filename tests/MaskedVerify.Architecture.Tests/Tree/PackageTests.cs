using System.Xml.Linq;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>A package has a reason.</summary>
public sealed class PackageTests
{
    private static readonly string[] Named = [.. Elements("Directory.Packages.props").Where(e => e.Name == "PackageVersion" || e.Name == "GlobalPackageReference").Select(Include)];

    /// <summary>Named only to settle a version that two packages disagree about.</summary>
    private static readonly string[] Settled = ["Microsoft.CodeAnalysis.Common"];

    [Fact]
    public void EveryPackage_IsExplainedInTheAdr()
    {
        var adr = Repository.Read("src/adr/0008-packages.md");
        Assert.NotEmpty(Named);
        var unexplained = Named.Where(p => !Explains(adr, p)).ToArray();
        Assert.Empty(unexplained);
    }

    [Fact]
    public void EveryVersion_IsUsedByAProject()
    {
        var used = Repository.TrackedFiles
            .Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) || f.EndsWith(".targets", StringComparison.Ordinal) || f.EndsWith(".props", StringComparison.Ordinal))
            .SelectMany(Elements)
            .Where(e => e.Name == "PackageReference" || e.Name == "GlobalPackageReference")
            .Select(Include)
            .ToHashSet(StringComparer.Ordinal);
        var unused = Named.Except(Settled, StringComparer.Ordinal).Where(p => !used.Contains(p)).ToArray();
        Assert.Empty(unused);
    }

    [Fact]
    public void Check_OfAnUnknownPackage_FindsIt()
    {
        Assert.False(Explains("| xunit.v3, .assert | … |", "xunit.v2"));
        Assert.True(Explains("| xunit.v3, .assert | … |", "xunit.v3.assert"));
        Assert.False(Explains("| xunit.v3, .assert | … |", "nunit.assert"));
    }

    // The table names a family once and then the endings of its members.
    private static bool Explains(string adr, string package) => adr.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Any(line =>
    {
        var names = line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries);
        return names.Any(n => n == package || (n.StartsWith('.') && Prefixes(names[0]).Any(p => p + n == package)));
    });

    private static IEnumerable<string> Prefixes(string name) => Enumerable.Range(0, name.Split('.').Length).Select(n => string.Join('.', name.Split('.').SkipLast(n)));

    private static IEnumerable<XElement> Elements(string file) => XDocument.Parse(Repository.Read(file)).Descendants();

    private static string Include(XElement element) => element.Attribute("Include")?.Value ?? string.Empty;
}
