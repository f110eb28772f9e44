using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Members of a start.</summary>
internal static partial class PhoneAliasRules
{
    private const int LongestReference = 128;
    private const int LongestPurpose = 32;
    private const int LongestLocale = 35; // RFC 5646 §4.4.1

    /// <summary>Which member of a start is not acceptable, or null.</summary>
    internal static PhoneAliasOutcome? JudgeMembers(PhoneAliasState state, StartTrial trial, TenantPolicy policy) =>
        JudgeContext(state.Context, trial.Request.Context, policy) ?? JudgeRequest(trial.Request, trial.Number);

    /// <summary>The members that can be judged before there is an alias.</summary>
    internal static PhoneAliasOutcome? JudgeRequest(AliasStart request, PhoneNumber number) =>
        JudgeShapes(request) ?? JudgeNumberFree("/reference", request.Reference, number) ?? JudgeNumberFree("/purpose", request.Purpose, number);

    /// <summary>A context must be declared, and be the alias' own; empty stands for the alias' own.</summary>
    internal static PhoneAliasOutcome? JudgeContext(string aliasContext, string requested, TenantPolicy policy)
    {
        if (requested.Length == 0 || string.Equals(requested, aliasContext, StringComparison.Ordinal))
        {
            return null;
        }

        return policy.Contexts.Contains(requested, StringComparer.Ordinal)
            ? PhoneAliasOutcome.Invalid("/context", "The alias belongs to another context.")
            : PhoneAliasOutcome.Invalid("/context", "The context is not declared in the tenant's policy.");
    }

    private static PhoneAliasOutcome? JudgeShapes(AliasStart request)
    {
        if (request.CodeLength is < PhoneAliasLimits.FewestDigits or > PhoneAliasLimits.MostDigits)
        {
            return PhoneAliasOutcome.Invalid("/codeLength", "A code has 6 to 10 digits.");
        }

        if (request.TtlSeconds is < PhoneAliasLimits.ShortestTtlSeconds or > PhoneAliasLimits.LongestTtlSeconds)
        {
            return PhoneAliasOutcome.Invalid("/ttlSeconds", "A code lives 60 to 600 seconds.");
        }

        if (request.ResendPolicy is { } policy && !Enum.IsDefined(policy))
        {
            return PhoneAliasOutcome.Invalid("/resendPolicy", "The resend policy is rotate, reuse or keep-previous-until-accepted.");
        }

        if (request.Reference is { } reference && (reference.Length is 0 or > LongestReference || reference.Any(char.IsControl)))
        {
            return PhoneAliasOutcome.Invalid("/reference", "A reference has 1 to 128 characters and no control characters.");
        }

        if (request.Purpose is { } purpose
            && (purpose.Length is 0 or > LongestPurpose || !purpose.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')))
        {
            return PhoneAliasOutcome.Invalid("/purpose", "A purpose has 1 to 32 characters of a-z, 0-9 and -.");
        }

        return request.Locale is { } locale && (locale.Length is 0 or > LongestLocale || !locale.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            ? PhoneAliasOutcome.Invalid("/locale", "A locale is a BCP 47 tag such as zh-CN.")
            : null;
    }

    private static PhoneAliasOutcome? JudgeNumberFree(string pointer, string? text, PhoneNumber number) =>
        text is not null && PhoneDigits.Occur(text, number)
            ? PhoneAliasOutcome.Invalid(pointer, "The value contains digits of the destination's number. Use a reference that does not reveal it.")
            : null;
}
