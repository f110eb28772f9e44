using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MaskedVerify.Front.Verifications;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Aliases;

/// <summary>An alias as it is written.</summary>
[Description("The surrogate of one number for one tenant and context. The number never appears in it.")]
internal sealed record AliasResource(
    [property: Description("The alias, 43 characters."), RegularExpression("^pa-[0-9a-z]{40}$")] string Alias,
    [property: Description("Its context.")] string Context,
    [property: Description("What may be known of the number.")] DestinationResource Destination,
    [property: Description("When it was made (UTC).")] DateTime CreatedAt,
    [property: Description("When a code was last accepted (UTC), or null.")] DateTime? VerifiedAt)
{
    /// <summary>From the grain's view.</summary>
    public static AliasResource From(AliasView view) => new(
        view.Alias.Value, view.Context, DestinationResource.From(view.Destination), WireTime.From(view.CreatedAt), view.VerifiedAt is { } at ? WireTime.From(at) : null);
}

/// <summary>Answer to an erasure.</summary>
[Description("An alias that was erased: its keys are destroyed and its rows deleted, so the number cannot be read any more. A person who comes back gets a new alias.")]
internal sealed record ErasureResource(
    [property: Description("The alias that was erased."), RegularExpression("^pa-[0-9a-z]{40}$")] string Alias,
    [property: Description("A signed receipt; always null in this version.")] string? Receipt);
