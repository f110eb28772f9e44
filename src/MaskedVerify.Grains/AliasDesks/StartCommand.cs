using MaskedVerify.Domain;

namespace MaskedVerify.Grains.AliasDesks;

/// <summary>Start of a verification as the caller asked for it. Exactly one of <paramref name="Alias"/> and <paramref name="Number"/> is set.</summary>
/// <param name="Alias">Destination by alias (its tag was checked by the front).</param>
/// <param name="Number">Destination by number.</param>
/// <param name="Context">A context declared by the tenant, or null for its first.</param>
/// <param name="Reference">The caller's own reference, 1-128 characters, or null; free of the destination's digits.</param>
/// <param name="Purpose">1-32 of <c>a-z 0-9 -</c>, or null for <c>default</c>.</param>
/// <param name="Locale">A BCP 47 tag such as <c>zh-CN</c>, or null for the tenant's.</param>
/// <param name="CodeLength">Digits, or null for the tenant's (6).</param>
/// <param name="TtlSeconds">Life of the code, 60-600, or null for the tenant's (300).</param>
/// <param name="ResendPolicy">Or null for the tenant's (rotate).</param>
[GenerateSerializer, Immutable, Alias("mv.StartCommand")]
public sealed record StartCommand(
    [property: Id(0)] AliasId Alias,
    [property: Id(1)] PhoneNumber Number,
    [property: Id(2)] string? Context,
    [property: Id(3)] string? Reference,
    [property: Id(4)] string? Purpose,
    [property: Id(5)] string? Locale,
    [property: Id(6)] int? CodeLength,
    [property: Id(7)] int? TtlSeconds,
    [property: Id(8)] ResendPolicy? ResendPolicy)
{
    /// <inheritdoc/>
    public override string ToString() => "StartCommand";
}

/// <summary>Creation of an alias without a verification.</summary>
[GenerateSerializer, Immutable, Alias("mv.CreateAliasCommand")]
public sealed record CreateAliasCommand([property: Id(0)] PhoneNumber Number, [property: Id(1)] string? Context)
{
    /// <inheritdoc/>
    public override string ToString() => "CreateAliasCommand";
}
