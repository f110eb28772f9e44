using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What tells one request from another: the command's name and every member of it, in order of name. A member that is added to a command is in it from then on.</summary>
internal static class CommandMembers
{
    /// <summary>A code as a member has the send 0, which no sent code has: it is never equal to a MAC that a check compares.</summary>
    private const int NoSend = 0;

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_members = new();

    /// <summary>The parts. A code is in it as its MAC, a number never: commands hold its alias.</summary>
    /// <exception cref="NotSupportedException">A member has a type that is not known here.</exception>
    internal static string[] Of<T>(T command, TenantId tenant, ICodeProtector codes)
        where T : class =>
        [typeof(T).Name, .. s_members.GetOrAdd(typeof(T), MembersOf).SelectMany(m => new[] { m.Name, Write(m.GetValue(command), tenant, codes) })];

    private static PropertyInfo[] MembersOf(Type command) =>
    [
        .. command.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(m => m.GetCustomAttribute<NotAskedAttribute>() is null)
            .OrderBy(m => m.Name, StringComparer.Ordinal),
    ];

    // A leading character tells "absent" from "empty". No fallback to ToString: masked values all print the same.
    private static string Write(object? member, TenantId tenant, ICodeProtector codes) => member switch
    {
        null => "-",
        string text => "+" + text,
        int number => "+" + number.ToString(CultureInfo.InvariantCulture),
        Enum word => "+" + word,
        AliasId alias => "+" + alias.Value,
        VerificationId verification => "+" + verification.Value,
        OneTimeCode code => "+" + Convert.ToBase64String(codes.Mac(tenant, default, NoSend, code)),
        _ => throw new NotSupportedException($"A member of type {member.GetType().Name} cannot be told apart yet: add it to {nameof(CommandMembers)}."),
    };
}
