using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>The values that everything else is made of say what they are.</summary>
public sealed partial class DocumentationTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void DomainsPublicApi_IsDocumented() => Assert.Empty(Undocumented(Product.Domain, ReadDocumentation(Product.Domain)));

    [Fact]
    public void Check_OfAnUndocumentedType_FindsIt()
    {
        var found = Undocumented(Product.Domain, new Dictionary<string, XElement>(StringComparer.Ordinal)).ToArray();
        Assert.Contains("T:MaskedVerify.Domain.PhoneNumber", found);
        Assert.Contains("M:MaskedVerify.Domain.PhoneNumber.Reveal", found);
    }

    private static Dictionary<string, XElement> ReadDocumentation(Assembly assembly) =>
        XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .GroupBy(m => Arity().Replace(m.Attribute("name")!.Value.Split('(', '~')[0], string.Empty), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    private static IEnumerable<string> Undocumented(Assembly assembly, Dictionary<string, XElement> documentation)
    {
        foreach (var type in assembly.GetExportedTypes())
        {
            var name = Arity().Replace(type.FullName!, string.Empty).Replace('+', '.');
            var parameters = documentation.TryGetValue("T:" + name, out var entry) ? entry.Elements("param").Select(p => p.Attribute("name")!.Value).ToArray() : [];
            foreach (var id in Ids(type, name, parameters).Where(id => !documentation.ContainsKey(id)))
            {
                yield return id;
            }
        }
    }

    private static IEnumerable<string> Ids(Type type, string name, string[] parameters) =>
        new[] { "T:" + name }
            .Concat(type.GetFields(Declared).Where(f => !f.IsSpecialName).Select(f => $"F:{name}.{f.Name}"))
            .Concat(type.GetProperties(Declared).Where(p => !parameters.Contains(p.Name, StringComparer.Ordinal)).Select(p => $"P:{name}.{p.Name}"))
            .Concat(type.GetMethods(Declared).Where(IsWritten).Select(m => $"M:{name}.{m.Name}"))
            .Distinct(StringComparer.Ordinal);

    private static bool IsWritten(MethodInfo method) =>
        !method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.Name.Contains('<', StringComparison.Ordinal);

    [GeneratedRegex("`+[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Arity();
}
