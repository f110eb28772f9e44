using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using MaskedVerify.Domain;
using MaskedVerify.Front.Requests;

namespace MaskedVerify.Front.Verifications;

/// <summary>Body of a check.</summary>
[Description("The code that the person typed.")]
internal sealed record CheckCodeRequest(
    [property: Description("4 to 10 digits, as a string: a code may begin with 0. Digits of every script are read; spaces, hyphens and invisible marks between them are ignored."), StringLength(CheckCodeRequest.MaxLength, MinimumLength = OneTimeCode.MinLength)] string Code)
{
    /// <summary>Characters that may be typed, separators included: far more than any code with a mark around each digit.</summary>
    public const int MaxLength = 64;

    /// <summary>Format of the code in the published schema. A pattern could not say it: classes of characters are not portable among readers of patterns.</summary>
    public const string Format = "one-time-code";

    /// <summary>What was read.</summary>
    [JsonIgnore]
    public OneTimeCode Parsed { get; private init; }

    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static CheckCodeRequest Read(JsonElement body, List<RequestError> errors)
    {
        const string Rule = "a string of 4 to 10 digits, with or without spaces and hyphens";
        var members = new JsonMembers(body, "", errors);
        members.Require("code", Rule);
        var text = members.AnyText("code", Rule);
        var code = default(OneTimeCode);
        if (text is not null && (text.Length > MaxLength || !OneTimeCode.TryParseTyped(text, out code)))
            members.Wrong("code", $"Expected {Rule}.");
        members.RejectOthers();
        return new CheckCodeRequest("") { Parsed = code };
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(CheckCodeRequest);
}

/// <summary>Body of a resend; may be absent.</summary>
[Description("How to send again. The body may be left out.")]
internal sealed record ResendCodeRequest(
    [property: Description("Another channel: `voice` speaks the code. Default: the channel of the last attempt.")] Channel? Channel = null)
{
    private static readonly (string, Channel)[] s_channels = [("sms", Domain.Channel.Sms), ("voice", Domain.Channel.Voice)];

    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static ResendCodeRequest Read(JsonElement body, List<RequestError> errors)
    {
        var members = new JsonMembers(body, "", errors);
        var request = new ResendCodeRequest(members.Choice("channel", s_channels));
        members.RejectOthers();
        return request;
    }
}

/// <summary>Body of a cancel: an empty object, or nothing.</summary>
[Description("Nothing; the body may be left out.")]
internal sealed record CancelVerificationRequest
{
    /// <summary>Reads a body; mistakes are collected in <paramref name="errors"/>.</summary>
    public static CancelVerificationRequest Read(JsonElement body, List<RequestError> errors)
    {
        new JsonMembers(body, "", errors).RejectOthers();
        return new CancelVerificationRequest();
    }
}
