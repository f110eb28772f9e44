using System.Reflection;
using System.Xml.Linq;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.References;

/// <summary>References point one way: Domain, then Privacy and Carriers, then Grains and Storage, then the hosts.</summary>
public sealed class ProjectReferenceTests
{
    /// <summary>Exactly what each project file names.</summary>
    private static readonly Dictionary<string, string[]> Direct = new(StringComparer.Ordinal)
    {
        ["MaskedVerify.Domain"] = [],
        ["MaskedVerify.Privacy"] = ["MaskedVerify.Domain"],
        ["MaskedVerify.Carriers"] = ["MaskedVerify.Domain"],
        ["MaskedVerify.Grains"] = ["MaskedVerify.Carriers", "MaskedVerify.Privacy"],
        ["MaskedVerify.Storage"] = ["MaskedVerify.Privacy"],
        ["MaskedVerify.Front"] = ["MaskedVerify.Grains", "MaskedVerify.Storage"],
        ["MaskedVerify.Cli"] = ["MaskedVerify.Storage"],
    };

    /// <summary>Packages that only these projects may touch.</summary>
    private static readonly (string Prefix, string[] Allowed)[] Confined =
    [
        // The serializer's generator comes along with Storage and leaves its attributes in the command-line tool.
        ("Orleans.Serialization", ["MaskedVerify.Grains", "MaskedVerify.Storage", "MaskedVerify.Front", "maskedverify"]),
        ("Orleans.Core", ["MaskedVerify.Grains", "MaskedVerify.Storage", "MaskedVerify.Front"]),
        ("Orleans.Runtime", ["MaskedVerify.Grains", "MaskedVerify.Storage", "MaskedVerify.Front"]),
        ("Microsoft.Data.Sqlite", ["MaskedVerify.Storage"]),
        ("PhoneNumbers", ["MaskedVerify.Domain", "MaskedVerify.Privacy"]),
        ("Microsoft.AspNetCore", ["MaskedVerify.Front"]),

        // What Orleans' connections are made of: TLS between silos is put into them.
        ("Microsoft.AspNetCore.Connections", ["MaskedVerify.Grains", "MaskedVerify.Front"]),
        ("Orleans.Connections.Security", ["MaskedVerify.Grains"]),
        ("Spectre.Console", ["maskedverify"]),
        ("System.CommandLine", ["MaskedVerify.Front", "maskedverify"]),
    ];

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "MaskedVerify.*").Select(d => Path.GetFileName(d))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFile_References_ExactlyWhatTheDesignSays(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        var named = file.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal);
        Assert.True(Direct.ContainsKey(project), $"{project} is new: say here what it may reference.");
        Assert.Equal(Direct[project].Order(StringComparer.Ordinal), named);
    }

    [Fact]
    public void Assemblies_Reference_OnlyWhatTheProjectsBelowThemAre()
    {
        Assert.Empty(Product.Assemblies.SelectMany(ForeignReferences));
    }

    [Fact]
    public void Assemblies_Reference_ConfinedPackagesOnlyWhereTheyBelong()
    {
        Assert.Empty(Product.Assemblies.SelectMany(a => ConfinedReferences(a.GetName().Name!, a)));
    }

    [Fact]
    public void Checks_OfAnAssemblyThatReferencesTooMuch_SayWhich()
    {
        var here = typeof(ProjectReferenceTests).Assembly;
        Assert.Contains("MaskedVerify.Domain -> MaskedVerify.Grains", Foreign("MaskedVerify.Domain", ["MaskedVerify.Grains"]));
        Assert.Contains("MaskedVerify.Carriers -> MaskedVerify.Privacy", Foreign("MaskedVerify.Carriers", ["MaskedVerify.Domain", "MaskedVerify.Privacy"]));
        Assert.Contains(ConfinedReferences("MaskedVerify.Domain", here), v => v.StartsWith("MaskedVerify.Domain -> Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public void TestProjects_InSrc_AreReferencedByNothing()
    {
        var naming = Repository.TrackedFiles
            .Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(f => Repository.Read(f).Contains("/tests/", StringComparison.Ordinal) || Repository.Read(f).Contains("TestingHost", StringComparison.Ordinal));
        Assert.Empty(naming);
    }

    private static IEnumerable<string> ForeignReferences(Assembly assembly)
    {
        var name = assembly.GetName().Name == "maskedverify" ? "MaskedVerify.Cli" : assembly.GetName().Name!;
        return Foreign(name, assembly.GetReferencedAssemblies().Select(r => r.Name!).Where(n => n.StartsWith("MaskedVerify.", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Foreign(string name, IEnumerable<string> references)
    {
        var below = Below(name).ToHashSet(StringComparer.Ordinal);
        return references.Where(r => !below.Contains(r)).Select(r => $"{name} -> {r}");
    }

    private static IEnumerable<string> Below(string name) => Direct[name].SelectMany(d => Below(d).Prepend(d));

    private static IEnumerable<string> ConfinedReferences(string name, Assembly assembly) =>
        from reference in assembly.GetReferencedAssemblies()
        let rule = Confined.Where(r => reference.Name!.StartsWith(r.Prefix, StringComparison.Ordinal)).OrderByDescending(r => r.Prefix.Length).FirstOrDefault()
        where rule.Allowed is not null && !rule.Allowed.Contains(name, StringComparer.Ordinal)
        select $"{name} -> {reference.Name}";
}
