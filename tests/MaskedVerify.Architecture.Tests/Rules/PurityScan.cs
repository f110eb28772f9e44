using System.Reflection;
using System.Runtime.CompilerServices;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Rules;

/// <summary>
/// Follows everything a type's methods can reach inside the product and names what a pure function must not touch. Calls through interfaces and
/// virtual methods are not followed; naming an impure type is already a finding.
/// </summary>
internal static class PurityScan
{
    private static readonly string[] ImpureNamespaces =
    [
        "Orleans", "System.IO", "System.Net", "System.Data", "System.Timers", "Microsoft.Data", "Microsoft.Extensions", "Microsoft.AspNetCore", "Npgsql",
        "System.Threading.Channels",
    ];

    private static readonly string[] ImpureTypes =
    [
        "System.TimeProvider", "System.Random", "System.Environment", "System.Console", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Threading.Thread", "System.Threading.Timer", "System.Threading.Monitor",
        "System.Threading.Tasks.Task", "System.Threading.Tasks.Task`1", "System.Threading.Tasks.ValueTask", "System.Threading.Tasks.ValueTask`1",
    ];

    private static readonly string[] ImpureMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7",
    ];

    /// <summary>What <paramref name="type"/> reaches and must not, as <c>where: what</c>.</summary>
    public static IReadOnlyCollection<string> Findings(Type type)
    {
        var findings = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var field in Il.FieldsWithin(type))
        {
            Judge(field, $"{type.Name}.{field.Name}", findings);
            if (!field.IsInitOnly && !field.IsLiteral && field.IsStatic && !IsCompilerMade(field))
            {
                findings.Add($"{type.Name}.{field.Name}: a static that can change");
            }
        }

        var seen = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(Il.MethodsWithin(type));
        while (open.TryPop(out var method))
        {
            if (!seen.Add(method))
            {
                continue;
            }

            foreach (var member in Il.Mentions(method))
            {
                if (!Judge(member, $"{method.DeclaringType?.Name}.{method.Name}", findings) && Reachable(member) is { } next)
                {
                    open.Push(next);
                }
            }
        }

        return findings;
    }

    private static bool Judge(MemberInfo member, string where, SortedSet<string> findings)
    {
        var impure = TypesOf(member).Select(t => t.FullName ?? t.Name).FirstOrDefault(IsImpureType) ?? ImpureMember(member);
        if (impure is not null)
        {
            findings.Add($"{where}: {impure}");
        }

        return impure is not null;
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member)
    {
        IEnumerable<Type> named = member switch
        {
            Type type => [type],
            FieldInfo field => [field.FieldType],
            MethodInfo method => method.IsGenericMethod ? [method.ReturnType, .. method.GetGenericArguments()] : [method.ReturnType],
            _ => [],
        };
        return (member.DeclaringType is { } owner ? named.Append(owner) : named).SelectMany(Il.Parts);
    }

    private static bool IsImpureType(string name) =>
        ImpureTypes.Contains(name, StringComparer.Ordinal)
        || ImpureNamespaces.Any(n => name.StartsWith(n + ".", StringComparison.Ordinal));

    private static string? ImpureMember(MemberInfo member)
    {
        var name = $"{member.DeclaringType?.FullName}.{member.Name}";
        return ImpureMembers.Contains(name, StringComparer.Ordinal) ? name : null;
    }

    // Only the product's own bodies are followed: the framework's are pure unless they are named above.
    private static MethodBase? Reachable(MemberInfo member) =>
        member is MethodBase { IsAbstract: false } method && method.DeclaringType is { } owner
        && (Product.IsOurs(owner.Assembly) || owner.Assembly == typeof(PurityScan).Assembly)
            ? method
            : null;

    private static bool IsCompilerMade(FieldInfo field) =>
        field.Name.Contains('<', StringComparison.Ordinal) || field.DeclaringType?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;
}
