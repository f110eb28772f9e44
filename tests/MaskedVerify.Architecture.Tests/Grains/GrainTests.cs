using System.Reflection;
using MaskedVerify.Architecture.Tests.Reading;
using MaskedVerify.Grains;

namespace MaskedVerify.Architecture.Tests.Grains;

/// <summary>Every grain is built alike, and its names are stable.</summary>
public sealed class GrainTests
{
    private static readonly Type[] Written = [.. Product.WrittenTypes(Product.Grains)];
    private static readonly Type[] Classes = [.. GrainChecks.Classes(Written)];

    public static TheoryData<Type> GrainClasses => [.. Classes];

    public static TheoryData<Type> GrainInterfaces => [.. GrainChecks.Interfaces(Written)];

    [Theory]
    [MemberData(nameof(GrainClasses))]
    public void Grain_IsBuiltLikeTheOthers(Type grain) => Assert.Empty(GrainChecks.OfClass(grain));

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void Interface_HasStableNames(Type type) => Assert.Empty(GrainChecks.OfInterface(type));

    [Fact]
    public void Interfaces_EachHave_OneGrain()
    {
        Assert.Equal(GrainChecks.Interfaces(Written), GrainChecks.Interfaces(Written).Where(i => Classes.Count(i.IsAssignableFrom) == 1));
    }

    [Fact]
    public void GrainTypes_AreUnique()
    {
        var names = Classes.Select(c => c.GetCustomAttributesData().Single(a => a.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value).ToArray();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Grains_OutsideOfTheGrainsProject_DoNotExist()
    {
        var elsewhere = Product.Assemblies.Where(a => a != Product.Grains).SelectMany(Product.WrittenTypes).ToArray();
        Assert.Empty(GrainChecks.Classes(elsewhere).Concat(GrainChecks.Interfaces(elsewhere)));
    }

    [Fact]
    public void StateNames_AreUnique_AndTheOnlyOnesUsed()
    {
        var constants = Constants();
        Assert.Equal(constants.Values.Distinct(StringComparer.Ordinal), constants.Values);
        var storages = constants.Where(c => c.Key.EndsWith("Storage", StringComparison.Ordinal)).Select(c => c.Value).ToArray();
        var states = constants.Values.Except(storages, StringComparer.Ordinal).ToArray();
        var uses = GrainChecks.States(Classes).ToArray();
        Assert.NotEmpty(uses);
        Assert.Empty(GrainChecks.OfStates(uses, states, storages));
    }

    [Fact]
    public void Checks_OfPlantedGrains_FindEveryBrokenRule()
    {
        string[] found = [.. GrainChecks.OfClass(typeof(PlantedGrain)), .. GrainChecks.OfInterface(typeof(IPlantedGrain))];
        string[] expected = ["internal and sealed", "inherits from", "no [GrainType]", "is reentrant", "ConfigureAwait", "no [GrainInterfaceType", "no [Alias]", "not the last parameter"];
        Assert.All(expected, e => Assert.Contains(found, f => f.Contains(e, StringComparison.Ordinal)));

        var states = GrainChecks.OfStates([.. GrainChecks.States([typeof(PlantedGrain), typeof(PlantedTwinGrain)])], ["phone-alias"], ["hot"]).ToArray();
        Assert.Contains(states, f => f.Contains("made-up does not stand", StringComparison.Ordinal));
        Assert.Contains(states, f => f.Contains("cellar does not stand", StringComparison.Ordinal));
        Assert.Contains(states, f => f.Contains("PlantedGrain and PlantedTwinGrain", StringComparison.Ordinal));
        Assert.Contains(states, f => f.Contains("has 2 states", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Constants() => typeof(StateNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(f => f.Name, f => (string)f.GetRawConstantValue()!);
}
