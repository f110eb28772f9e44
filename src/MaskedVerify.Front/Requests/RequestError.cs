using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MaskedVerify.Front.Requests;

/// <summary>One thing that is wrong with a request. Never repeats what was sent.</summary>
/// <param name="Detail">What is expected there.</param>
/// <param name="Pointer">Where, as a JSON pointer (RFC 6901) into the body; empty for the whole body.</param>
/// <param name="Header">Which header, when it is not about the body.</param>
/// <param name="Parameter">Which query parameter, when it is not about the body.</param>
[Description("One thing that is wrong with a request. It never repeats what was sent.")]
internal sealed record RequestError(
    [property: Description("What is expected there.")] string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Where in the body, as a JSON pointer (RFC 6901); empty for the whole body.")]
    string? Pointer = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Which header, when it is not about the body.")]
    string? Header = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Which query parameter, when it is not about the body.")]
    string? Parameter = null)
{
    /// <summary>About a member of the body.</summary>
    public static RequestError At(string pointer, string detail) => new(detail, Pointer: pointer);

    /// <summary>About a header.</summary>
    public static RequestError InHeader(string header, string detail) => new(detail, Header: header);

    /// <summary>About a query parameter.</summary>
    public static RequestError InQuery(string parameter, string detail) => new(detail, Parameter: parameter);
}
