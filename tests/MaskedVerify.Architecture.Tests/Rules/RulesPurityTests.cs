using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Rules;

/// <summary>Rules decide from their arguments alone: no Orleans, clock, randomness, input or output anywhere they can reach.</summary>
public sealed class RulesPurityTests
{
    public static TheoryData<Type> RulesTypes =>
        [.. Product.Assemblies.SelectMany(Product.WrittenTypes).Where(t => t.Name.EndsWith("Rules", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(RulesTypes))]
    public void Rules_AreStatic_AndReachNothingImpure(Type rules)
    {
        Assert.True(rules is { IsAbstract: true, IsSealed: true }, $"{rules.Name} is not static.");
        Assert.Empty(PurityScan.Findings(rules));
    }

    [Theory]
    [InlineData(typeof(PlantedRules.ReadsClock), "get_UtcNow")]
    [InlineData(typeof(PlantedRules.TakesClock), "TimeProvider")]
    [InlineData(typeof(PlantedRules.Draws), "RandomNumberGenerator")]
    [InlineData(typeof(PlantedRules.DrawsThroughDomain), "RandomNumberGenerator")]
    [InlineData(typeof(PlantedRules.DrawsInClosure), "System.Random")]
    [InlineData(typeof(PlantedRules.NamesOrleans), "Orleans")]
    [InlineData(typeof(PlantedRules.DoesIo), "System.IO.File")]
    [InlineData(typeof(PlantedRules.Awaits), "ValueTask")]
    [InlineData(typeof(PlantedRules.Remembers), "a static that can change")]
    public void Scan_OfABrokenRule_FindsIt(Type planted, string what)
    {
        Assert.Contains(PurityScan.Findings(planted), f => f.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public void Scan_OfAPureRule_FindsNothing()
    {
        Assert.Empty(PurityScan.Findings(typeof(PlantedRules.IsPure)));
    }
}
