using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using MaskedVerify.Domain;
using MaskedVerify.Front.Requests;

namespace MaskedVerify.Front.Verifications;

/// <summary>Body of a start. The attributes are the published schema; <see cref="Read"/> enforces the same.</summary>
[Description("What to verify, and how. Only `to` is required; everything else has a default in the tenant's policy.")]
internal sealed record StartVerificationRequest(
    [property: Description("Whom to send a code to.")]
    DestinationRequest To,
    [property: Description("One of the contexts that the tenant has declared; aliases of different contexts cannot be joined. Default: the tenant's first."), RegularExpression(StartVerificationRequest.WordPattern)]
    string? Context = null,
    [property: Description("Your own reference. It is refused when it holds the number's digits."), StringLength(128, MinimumLength = 1)]
    string? Reference = null,
    [property: Description("What the verification is for. A sixth live verification of an alias ends the oldest of the same purpose; with none of that purpose it is refused with 429, `live-verifications`. Default: `default`."), RegularExpression(StartVerificationRequest.WordPattern)]
    string? Purpose = null,
    [property: Description("Language of the text as a BCP 47 tag. Default: the tenant's."), StringLength(35, MinimumLength = 2), RegularExpression("^[A-Za-z0-9-]+$")]
    string? Locale = null,
    [property: Description("Digits of the code. Default: the tenant's, 6 unless changed."), Range(StartVerificationRequest.MinCodeLength, OneTimeCode.MaxLength)]
    int? CodeLength = null,
    [property: Description("Seconds that the code can be checked. Default: the tenant's, 300 unless changed."), Range(60, 600)]
    int? TtlSeconds = null,
    [property: Description("What a resend does: `rotate` sends a new code and voids the old one, `reuse` sends the same code again, `keep-previous-until-accepted` sends a new code and voids the old one when a carrier has taken the new one. Default: the tenant's, `rotate` unless changed.")]
    ResendPolicy? ResendPolicy = null)
{
    /// <summary>NIST SP 800-63B-4 §3.1.3: six digits at least.</summary>
    public const int MinCodeLength = 6;

    /// <summary>Shape of contexts and purposes.</summary>
    public const string WordPattern = "^[a-z0-9-]{1,32}$";

    private static readonly (string, ResendPolicy)[] s_policies =
    [
        ("rotate", Domain.ResendPolicy.Rotate), ("reuse", Domain.ResendPolicy.Reuse), ("keep-previous-until-accepted", Domain.ResendPolicy.KeepPreviousUntilAccepted),
    ];

    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static StartVerificationRequest Read(JsonElement body, List<RequestError> errors)
    {
        var members = new JsonMembers(body, "", errors);
        var request = new StartVerificationRequest(
            DestinationRequest.Read(members),
            members.Text("context", 1, 32, "1 to 32 characters of a-z, 0-9 and -", IsWord),
            members.Text("reference", 1, 128, "1 to 128 characters, none of them a control character", c => !char.IsControl(c)),
            members.Text("purpose", 1, 32, "1 to 32 characters of a-z, 0-9 and -", IsWord),
            members.Text("locale", 2, 35, "a BCP 47 language tag such as \"zh-CN\"", c => char.IsAsciiLetterOrDigit(c) || c == '-'),
            members.Integer("codeLength", MinCodeLength, OneTimeCode.MaxLength),
            members.Integer("ttlSeconds", 60, 600),
            members.Choice("resendPolicy", s_policies));
        members.RejectOthers();
        return request;
    }

    /// <summary>The characters of contexts and purposes.</summary>
    public static bool IsWord(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-';

    /// <inheritdoc/>
    public override string ToString() => nameof(StartVerificationRequest);
}

/// <summary>Whom to verify: exactly one of the two.</summary>
[Description("Exactly one of `alias` and `phoneNumber`.")]
internal sealed record DestinationRequest(
    [property: Description("An alias of yours, from an earlier start or from `createAlias`.")]
    string? Alias = null,
    [property: Description("The number in international format, for a first contact. Every written form of a number leads to the same alias. It appears in no answer, log or URL.")]
    string? PhoneNumber = null)
{
    /// <summary>Reads the member <c>to</c>.</summary>
    public static DestinationRequest Read(JsonMembers body)
    {
        body.Require("to", "an object with \"alias\" or \"phoneNumber\"");
        if (body.Object("to") is not { } to)
            return new DestinationRequest();
        var request = new DestinationRequest(to.AnyText("alias", "a string: an alias"), to.AnyText("phoneNumber", "a string: a number in international format"));
        if (to.Has("alias") == to.Has("phoneNumber"))
            to.Wrong("", "Expected exactly one of \"alias\" and \"phoneNumber\".");
        to.RejectOthers();
        return request;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(DestinationRequest);
}
