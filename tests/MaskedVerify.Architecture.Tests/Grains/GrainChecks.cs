using System.Reflection;
using System.Text.RegularExpressions;
using MaskedVerify.Architecture.Tests.Reading;
using Orleans.Concurrency;

namespace MaskedVerify.Architecture.Tests.Grains;

/// <summary>What every grain class and grain interface has to have. Each method returns findings; none means all is well.</summary>
internal static partial class GrainChecks
{
    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Grain classes among <paramref name="types"/>.</summary>
    public static IEnumerable<Type> Classes(IEnumerable<Type> types) =>
        types.Where(t => t is { IsClass: true, IsAbstract: false } && typeof(IGrainBase).IsAssignableFrom(t));

    /// <summary>Grain interfaces among <paramref name="types"/>.</summary>
    public static IEnumerable<Type> Interfaces(IEnumerable<Type> types) => types.Where(t => t.IsInterface && typeof(IGrain).IsAssignableFrom(t));

    public static IEnumerable<string> OfClass(Type grain)
    {
        if (!grain.IsSealed || grain.IsVisible)
        {
            yield return $"{grain.Name}: is not internal and sealed";
        }

        if (grain.BaseType != typeof(object))
        {
            yield return $"{grain.Name}: inherits from {grain.BaseType!.Name}; a grain is a plain class with IGrainBase";
        }

        if (grain.GetCustomAttribute<GrainTypeAttribute>() is null)
        {
            yield return $"{grain.Name}: has no [GrainType], renaming it would orphan its rows";
        }

        if (grain.GetCustomAttribute<ReentrantAttribute>() is not null || grain.GetCustomAttribute<MayInterleaveAttribute>() is not null)
        {
            yield return $"{grain.Name}: is reentrant";
        }

        foreach (var method in Il.MethodsWithin(grain).Where(m => Il.Mentions(m).Any(x => x.Name == "ConfigureAwait")))
        {
            yield return $"{grain.Name}: {method.DeclaringType!.Name}.{method.Name} calls ConfigureAwait and may leave the grain's scheduler";
        }
    }

    public static IEnumerable<string> OfInterface(Type type)
    {
        if (type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is not { } named || !InterfaceName().IsMatch(NameOf(named)))
        {
            yield return $"{type.Name}: has no [GrainInterfaceType(\"mv.…\")]";
        }

        foreach (var method in type.GetMethods(Instance).Where(m => !m.IsStatic && m.IsAbstract))
        {
            if (method.GetCustomAttribute<AliasAttribute>() is null)
            {
                yield return $"{type.Name}.{method.Name}: has no [Alias]";
            }

            var parameters = method.GetParameters();
            if (parameters.SkipLast(1).Any(p => p.ParameterType == typeof(CancellationToken)))
            {
                yield return $"{type.Name}.{method.Name}: a cancellation token is not the last parameter";
            }
        }

        foreach (var twice in type.GetMethods(Instance).GroupBy(m => m.GetCustomAttribute<AliasAttribute>()?.Alias).Where(g => g.Key is not null && g.Count() > 1))
        {
            yield return $"{type.Name}: two methods have the alias {twice.Key}";
        }
    }

    /// <summary>State and storage names that a grain class asks for.</summary>
    public static IEnumerable<(Type Grain, string State, string Storage)> States(IEnumerable<Type> grains) =>
        from grain in grains
        from constructor in grain.GetConstructors(Instance)
        from parameter in constructor.GetParameters()
        let state = parameter.GetCustomAttribute<PersistentStateAttribute>()
        where state is not null
        select (grain, state.StateName, state.StorageName);

    public static IEnumerable<string> OfStates(IReadOnlyCollection<(Type Grain, string State, string Storage)> uses, IReadOnlyCollection<string> states, IReadOnlyCollection<string> storages)
    {
        foreach (var (grain, state, storage) in uses)
        {
            if (!states.Contains(state))
            {
                yield return $"{grain.Name}: the state name {state} does not stand in StateNames";
            }

            if (!storages.Contains(storage))
            {
                yield return $"{grain.Name}: the storage name {storage} does not stand in StateNames";
            }
        }

        foreach (var shared in uses.GroupBy(u => u.State, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"{shared.Key}: is the state of {string.Join(" and ", shared.Select(u => u.Grain.Name))}; their rows would collide";
        }

        foreach (var many in uses.GroupBy(u => u.Grain).Where(g => g.Count() > 1))
        {
            yield return $"{many.Key.Name}: has {many.Count()} states, which are not written in one transaction";
        }
    }

    private static string NameOf(GrainInterfaceTypeAttribute attribute) =>
        attribute.GetGrainInterfaceType(null!, null!).ToString();

    [GeneratedRegex("^mv\\.[a-z][a-z-]*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InterfaceName();
}
