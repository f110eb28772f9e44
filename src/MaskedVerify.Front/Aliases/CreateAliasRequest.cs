using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Aliases;

/// <summary>Body of an alias creation.</summary>
[Description("The number to find or make an alias for.")]
internal sealed record CreateAliasRequest(
    [property: Description("The number in international format. Every written form of a number leads to the same alias.")]
    string PhoneNumber,
    [property: Description("One of the contexts that the tenant has declared. Default: the tenant's first."), RegularExpression("^[a-z0-9-]{1,32}$")]
    string? Context = null)
{
    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static CreateAliasRequest Read(JsonElement body, List<RequestError> errors)
    {
        const string Rule = "a string: a number in international format";
        var members = new JsonMembers(body, "", errors);
        members.Require("phoneNumber", Rule);
        var request = new CreateAliasRequest(
            members.AnyText("phoneNumber", Rule) ?? "",
            members.Text("context", 1, 32, "1 to 32 characters of a-z, 0-9 and -", StartVerificationRequest.IsWord));
        members.RejectOthers();
        return request;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(CreateAliasRequest);
}

/// <summary>Body of an erasure: an empty object, or nothing.</summary>
internal sealed record EraseAliasRequest
{
    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static EraseAliasRequest Read(JsonElement body, List<RequestError> errors)
    {
        new JsonMembers(body, "", errors).RejectOthers();
        return new EraseAliasRequest();
    }
}
