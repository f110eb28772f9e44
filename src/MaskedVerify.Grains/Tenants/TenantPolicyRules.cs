
using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.Tenants;

/// <summary>Judges a policy against the ranges documented on <see cref="TenantPolicy"/>. Pure.</summary>
internal static class TenantPolicyRules
{
    /// <summary>Every country.</summary>
    internal const string AnyCountry = "*";

    /// <summary>So many countries are named that are none.</summary>
    private const int MostRefusals = 10;

    private const string NoCountry = "ZZ is no country: numbers of no country are sent when lineTypes lists their class, mostly network.";

    /// <summary>The policy as it is stored: an empty list of countries means all of them in the sandbox, and none for a live tenant.</summary>
    internal static TenantPolicy Normalise(TenantPolicy policy, bool live) =>
        !live && policy.Countries.Count == 0 ? policy with { Countries = [AnyCountry] } : policy;

    /// <summary>Every mistake, one sentence each; empty when the policy is good.</summary>
    internal static IReadOnlyList<string> Validate(TenantPolicy policy, bool live)
    {
        var errors = new List<string>();
        CheckContexts(policy.Contexts, errors);
        Check(errors, "codeLength", policy.CodeLength, 6, 10);
        Check(errors, "ttlSeconds", policy.TtlSeconds, 60, 600);
        Check(errors, "resendSpacingSeconds", policy.ResendSpacingSeconds, live ? 10 : 0, 600);
        Check(errors, "maxSendsPerVerification", policy.MaxSendsPerVerification, 1, 10);
        Check(errors, "checksPerVerification", policy.ChecksPerVerification, 1, 5);
        Check(errors, "failuresPerDay", policy.FailuresPerDay, 5, 20);
        Check(errors, "sendsPerHour", policy.SendsPerHour, 1, 1_000_000);
        Check(errors, "sendsPerDay", policy.SendsPerDay, 1, 1_000_000);
        Check(errors, "startsPerSecond", policy.StartsPerSecond, 1, 1_000_000);
        Check(errors, "sendsPerUtcDay", policy.SendsPerUtcDay, 0, 1_000_000_000);
        Check(errors, "aliasesPerUtcDay", policy.AliasesPerUtcDay, 0, 1_000_000_000);
        Check(errors, "numberSendsPerHour", policy.NumberSendsPerHour, 1, 1_000_000);
        Check(errors, "numberSendsPerDay", policy.NumberSendsPerDay, 1, 1_000_000);
        CheckOrder(errors, "sendsPerHour", policy.SendsPerHour, "sendsPerDay", policy.SendsPerDay);
        CheckOrder(errors, "numberSendsPerHour", policy.NumberSendsPerHour, "numberSendsPerDay", policy.NumberSendsPerDay);
        CheckCountries(policy.Countries, errors);
        CheckLineTypes(policy.LineTypes, errors);
        if (!Enum.IsDefined(policy.ResendPolicy))
            errors.Add("resendPolicy must be one of rotate, reuse, keep-previous-until-accepted.");

        if (!IsLocale(policy.Locale))
            errors.Add("locale must be a BCP 47 tag of at most 35 characters, such as en or zh-CN.");

        if (!IsLabel(policy.Brand, 32))
            errors.Add("brand must have 1 to 32 printable characters.");

        CheckNumberFree(errors, "brand", policy.Brand);
        CheckNumberFree(errors, "contexts", string.Join(" | ", policy.Contexts));

        return errors;
    }

    /// <summary>Whether two policies say the same, item by item in their lists.</summary>
    internal static bool Same(TenantPolicy left, TenantPolicy right) =>
        left.Contexts.SequenceEqual(right.Contexts) && left.Countries.SequenceEqual(right.Countries) && left.LineTypes.SequenceEqual(right.LineTypes)
        && left with { Contexts = right.Contexts, Countries = right.Countries, LineTypes = right.LineTypes } == right;

    /// <summary>1 to <paramref name="max"/> characters, none of them a control character, not blank.</summary>
    internal static bool IsLabel(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.Any(char.IsControl);

    /// <summary>Refuses a text that stays in clear in tables, answers and messages when a person's number may stand in it.</summary>
    internal static void CheckNumberFree(List<string> errors, string name, string? text)
    {
        if (text is not null && NumberFinder.Finds(text))
            errors.Add($"{name} must not hold a phone number, nor digits that look like one: it is kept and shown in clear. Use a word, or fewer than 7 digits.");
    }

    private static void Check(List<string> errors, string name, long value, long least, long most)
    {
        if (value < least || value > most)
            errors.Add($"{name} must be {least} to {most}; it is {value}.");
    }

    // A cap of an hour that is above the day's holds nobody back: whoever set it believes that it does.
    private static void CheckOrder(List<string> errors, string hour, int ofHour, string day, int ofDay)
    {
        if (ofHour > ofDay && ofDay >= 1)
            errors.Add($"{hour} must not be more than {day}, which is {ofDay}: raise {day} too, or lower {hour}; it is {ofHour}.");
    }

    private static void CheckContexts(IReadOnlyList<string> contexts, List<string> errors)
    {
        if (contexts.Count is < 1 or > 32)
            errors.Add($"contexts must have 1 to 32 items; it has {contexts.Count}.");

        if (contexts.Any(c => c is not { Length: >= 1 and <= 32 } || !c.All(IsNameCharacter)))
            errors.Add("Each of contexts must be 1 to 32 of a-z, 0-9 and -.");

        if (contexts.Distinct(StringComparer.Ordinal).Count() != contexts.Count)
            errors.Add("contexts must not repeat one.");
    }

    private static void CheckCountries(IReadOnlyList<string> countries, List<string> errors)
    {
        if (countries.Count > 300)
            errors.Add($"countries must have at most 300 items; it has {countries.Count}.");

        var refusals = countries.Where(c => c != AnyCountry).Select(c => c == PhoneDestination.NoCountry ? NoCountry : Countries.Refusal(c)).OfType<string>();
        errors.AddRange(refusals.Distinct(StringComparer.Ordinal).Take(MostRefusals).Select(r => $"countries: {r}"));

        if (countries.Distinct(StringComparer.Ordinal).Count() != countries.Count)
            errors.Add("countries must not repeat one.");
    }

    private static void CheckLineTypes(IReadOnlyList<LineType> lines, List<string> errors)
    {
        if (lines.Any(l => !LineTypes.Restricted.Contains(l)))
            errors.Add($"Each of lineTypes must be one of {string.Join(", ", LineTypes.Restricted.Select(LineTypes.WordOf))}; numbers of other classes are sent without it.");

        if (lines.Distinct().Count() != lines.Count)
            errors.Add("lineTypes must not repeat one.");
    }

    private static bool IsNameCharacter(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-';

    private static bool IsLocale(string? text)
    {
        if (text is not { Length: >= 2 and <= 35 })
            return false;

        var parts = text.Split('-');
        return parts[0].Length is 2 or 3 && parts[0].All(char.IsAsciiLetter)
            && parts.Skip(1).All(p => p.Length is >= 1 and <= 8 && p.All(char.IsAsciiLetterOrDigit));
    }
}
