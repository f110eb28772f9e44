using System.Reflection;
using MaskedVerify.Architecture.Tests.Reading;
using MaskedVerify.Domain;

namespace MaskedVerify.Architecture.Tests.Privacy;

/// <summary>The clear text of a number or a code leaves its value only in a few known places.</summary>
public sealed class RevealTests
{
    private static readonly string[] MayRevealNumbers = ["MaskedVerify.Domain", "MaskedVerify.Privacy", "MaskedVerify.Carriers"];
    private static readonly string[] MayRevealCodes = ["MaskedVerify.Domain", "MaskedVerify.Privacy"];

    /// <summary>In the grains: the wire form, and the text of a message at the moment of sending.</summary>
    private static readonly string[] GrainsThatMayReveal = ["PhoneNumberConverter.ConvertToSurrogate", "OneTimeCodeConverter.ConvertToSurrogate", "MessageText.Of"];

    [Fact]
    public void Numbers_AreRevealed_OnlyBelowTheGrains() => Assert.Empty(Reveals(typeof(PhoneNumber), MayRevealNumbers));

    [Fact]
    public void Codes_AreRevealed_OnlyWhereTheyAreProtectedOrSent() => Assert.Empty(Reveals(typeof(OneTimeCode), MayRevealCodes));

    [Fact]
    public void Check_WithoutExceptions_FindsTheWireForm()
    {
        Assert.Contains(RevealsIn(Product.Grains, typeof(PhoneNumber)), t => t.StartsWith("PhoneNumberConverter.", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Reveals(Type value, string[] allowed) => Product.Assemblies
        .Where(a => !allowed.Contains(a.GetName().Name, StringComparer.Ordinal))
        .SelectMany(a => RevealsIn(a, value))
        .Where(w => !GrainsThatMayReveal.Contains(w, StringComparer.Ordinal));

    private static IEnumerable<string> RevealsIn(Assembly assembly, Type value) =>
        from type in assembly.GetTypes()
        where type.DeclaringType is null
        from method in Il.MethodsWithin(type)
        where Il.Mentions(method).Any(m => m.Name == "Reveal" && m.DeclaringType == value)
        select $"{type.Name}.{method.Name}";
}
