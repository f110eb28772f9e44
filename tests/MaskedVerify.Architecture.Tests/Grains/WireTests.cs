using System.Reflection;
using MaskedVerify.Architecture.Tests.Reading;
using MaskedVerify.Domain;

namespace MaskedVerify.Architecture.Tests.Grains;

/// <summary>Everything that travels between silos has a name for ever, is immutable, and has a serializer of its own.</summary>
public sealed class WireTests
{
    private static readonly Type[] Written = [.. Product.WrittenTypes(Product.Grains)];

    private static readonly Type[] Serialized = [.. Product.Assemblies.SelectMany(Product.WrittenTypes).Where(t => t.IsDefined(typeof(GenerateSerializerAttribute), false))];

    public static TheoryData<Type> Records => [.. Serialized];

    [Theory]
    [MemberData(nameof(Records))]
    public void SerializedType_HasAnAlias_IsImmutable_AndNumbersItsMembers(Type type) => Assert.Empty(OfRecord(type));

    [Fact]
    public void Aliases_AreUnique()
    {
        var aliases = Serialized.Select(t => t.GetCustomAttribute<AliasAttribute>()?.Alias).ToArray();
        Assert.Equal(aliases.Distinct(StringComparer.Ordinal), aliases);
    }

    [Fact]
    public void GrainInterfaces_CarryOnlyTypesWithASerializer()
    {
        var converted = Converted().ToHashSet();
        var carried = GrainChecks.Interfaces(Written)
            .SelectMany(i => i.GetMethods())
            .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType))
            .SelectMany(Il.Parts)
            .Concat(Serialized.SelectMany(MembersOf).SelectMany(Il.Parts))
            .Where(t => Product.IsOurs(t.Assembly) && !t.IsEnum)
            .Distinct();
        var without = carried.Where(t => !t.IsDefined(typeof(GenerateSerializerAttribute), false) && !converted.Contains(t)).Select(t => t.Name).ToArray();
        Assert.Empty(without);
    }

    [Fact]
    public void Checks_OfPlantedRecords_FindEveryBrokenRule()
    {
        var found = OfRecord(typeof(PlantedRecord)).ToArray();
        string[] expected = ["no [Alias(", "not [Immutable]", "Forgotten has no [Id]", "Changeable can be set"];
        Assert.All(expected, e => Assert.Contains(found, f => f.Contains(e, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> OfRecord(Type type)
    {
        if (type.GetCustomAttribute<AliasAttribute>()?.Alias.StartsWith("mv.", StringComparison.Ordinal) != true)
        {
            yield return $"{type.Name}: has no [Alias(\"mv.…\")]";
        }

        if (!type.IsDefined(typeof(ImmutableAttribute), false))
        {
            yield return $"{type.Name}: is not [Immutable]";
        }

        foreach (var member in DataMembers(type))
        {
            if (!HasId(type, member) && !IsDetached(type, member))
            {
                yield return $"{type.Name}: {member.Name} has no [Id] and would be lost";
            }

            if (member is PropertyInfo { SetMethod: { } setter } && !IsInitOnly(setter))
            {
                yield return $"{type.Name}: {member.Name} can be set after construction";
            }
        }
    }

    private static IEnumerable<Type> MembersOf(Type type) =>
        DataMembers(type).Where(m => HasId(type, m)).Select(m => m is PropertyInfo p ? p.PropertyType : ((FieldInfo)m).FieldType);

    private static IEnumerable<MemberInfo> DataMembers(Type type)
    {
        const BindingFlags Flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var fields = type.GetFields(Flags);
        var backed = fields.Where(f => f.Name.StartsWith('<')).Select(f => f.Name[1..f.Name.IndexOf('>', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        return fields.Where(f => !f.Name.StartsWith('<') && !f.IsDefined(typeof(NonSerializedAttribute)))
            .Concat<MemberInfo>(type.GetProperties(Flags).Where(p => backed.Contains(p.Name)));

    }

    private static bool HasId(Type type, MemberInfo member) => member.IsDefined(typeof(IdAttribute), false) || type.GetConstructors().Any(c =>
        c.GetParameters().Any(p => p.Name == member.Name && p.IsDefined(typeof(IdAttribute), false)));

    // Side rows travel beside the state, not in it.
    private static bool IsDetached(Type type, MemberInfo member) =>
        member.Name == nameof(ICarriesSideRows.SideRows) && typeof(ICarriesSideRows).IsAssignableFrom(type);

    private static bool IsInitOnly(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit");

    private static IEnumerable<Type> Converted() =>
        from type in Product.Assemblies.SelectMany(Product.WrittenTypes)
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IConverter<,>)
        select contract.GetGenericArguments()[0];

    private sealed record PlantedRecord
    {
        public int Forgotten { get; init; }

        [Id(0)]
        public int Changeable { get; set; }
    }
}
