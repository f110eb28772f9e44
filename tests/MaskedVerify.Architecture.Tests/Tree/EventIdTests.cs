using System.Reflection;
using MaskedVerify.Architecture.Tests.Reading;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>An event id names one log message for ever.</summary>
public sealed class EventIdTests
{
    private static readonly Dictionary<string, int> Ranges = new(StringComparer.Ordinal)
    {
        ["MaskedVerify.Privacy"] = 1000,
        ["MaskedVerify.Carriers"] = 2000,
        ["MaskedVerify.Storage"] = 3000,
        ["MaskedVerify.Grains"] = 4000,
        ["MaskedVerify.Front"] = 5000,
    };

    public static TheoryData<string> Projects => [.. Ranges.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void EventIds_AreUnique_AndInTheProjectsRange(string project)
    {
        var ids = Constants(Product.Load(project)).Select(c => c.Value).ToArray();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.InRange(id, Ranges[project], Ranges[project] + 999));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void LogMessages_UseEachEventIdOnce_FromEventIds(string project)
    {
        var assembly = Product.Load(project);
        var known = Constants(assembly).Select(c => c.Value).ToHashSet();
        var used = LogMessages(assembly).ToArray();
        Assert.All(used, u => Assert.True(known.Contains(u.Id), $"{u.Method}: event id {u.Id} does not stand in EventIds"));
        Assert.Empty(used.GroupBy(u => u.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(u => u.Method))}"));
    }

    private static IEnumerable<(string Name, int Value)> Constants(Assembly assembly) => assembly.GetTypes()
        .Where(t => t.Name == "EventIds")
        .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(f => f.IsLiteral && f.FieldType == typeof(int))
        .Select(f => (f.Name, (int)f.GetRawConstantValue()!));

    private static IEnumerable<(string Method, int Id)> LogMessages(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select ($"{type.Name}.{method.Name}", message.EventId);
}
