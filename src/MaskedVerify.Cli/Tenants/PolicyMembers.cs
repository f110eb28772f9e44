using System.Globalization;
using System.Text.Json.Nodes;

namespace MaskedVerify.Cli.Tenants;

/// <summary>The members of a tenant's policy, and how <c>name=value</c> becomes JSON. Ranges are the server's business.</summary>
internal static class PolicyMembers
{
    /// <summary>Name, kind of value, and what it is, in the order of the help.</summary>
    public static readonly IReadOnlyList<(string Name, Kind Kind, string Help)> All =
    [
        ("contexts", Kind.List, "declared contexts; the first is the default (default)"),
        ("countries", Kind.List, "countries that may be sent to, or * for all"),
        ("lineTypes", Kind.List, "classes that are refused unless listed: landline, premium, toll-free, shared-cost, personal, pager, voicemail, uan, network, unknown (none)"),
        ("codeLength", Kind.Number, "digits of a code, 6-10 (6)"),
        ("ttlSeconds", Kind.Number, "life of a code, 60-600 (300)"),
        ("resendPolicy", Kind.Text, "rotate, reuse or keep-previous-until-accepted (rotate)"),
        ("resendSpacingSeconds", Kind.Number, "least time between two messages of one alias, channel and purpose, 10-600, a test tenant 0-600 (30)"),
        ("maxSendsPerVerification", Kind.Number, "messages of one verification, 1-10 (5)"),
        ("checksPerVerification", Kind.Number, "wrong tries of one verification, 1-5 (5)"),
        ("failuresPerDay", Kind.Number, "wrong tries per alias and day before strict mode, 5-20 (20)"),
        ("disableAfter100", Kind.Truth, "close a channel after 100 wrong tries in a row until it is unpaused, instead of for a day (false)"),
        ("sendsPerHour", Kind.Number, "messages per alias and hour (5)"),
        ("sendsPerDay", Kind.Number, "messages per alias and day (10)"),
        ("numberSendsPerHour", Kind.Number, "messages per real number and hour, across all tenants (10)"),
        ("numberSendsPerDay", Kind.Number, "messages per real number and day, across all tenants (40)"),
        ("startsPerSecond", Kind.Number, "starts of the tenant per second (1000)"),
        ("sendsPerUtcDay", Kind.Number, "messages of the tenant per UTC day (1000000)"),
        ("aliasesPerUtcDay", Kind.Number, "aliases that the tenant makes without a message per UTC day (100000)"),
        ("idempotencyKeyRequired", Kind.Truth, "refuse requests without Idempotency-Key (false)"),
        ("resendUnknown", Kind.Truth, "try the next route when nobody knows whether a message left (false)"),
        ("locale", Kind.Text, "default language of messages (en)"),
        ("brand", Kind.Text, "brand shown in messages (MaskedVerify)"),
    ];

    /// <summary>What a value is.</summary>
    internal enum Kind
    {
        /// <summary>A text.</summary>
        Text,

        /// <summary>A whole number.</summary>
        Number,

        /// <summary><c>true</c> or <c>false</c>.</summary>
        Truth,

        /// <summary>Texts with commas between them.</summary>
        List,
    }

    /// <summary>The list for <c>--help</c>.</summary>
    public static string Help => string.Join('\n', All.Select(m => $"  {m.Name,-26}{m.Help}"));

    /// <summary>Reads <c>name=value</c> pairs.</summary>
    /// <exception cref="CliException">Every mistake at once.</exception>
    public static JsonObject Parse(IEnumerable<string> pairs)
    {
        var policy = new JsonObject();
        var errors = new List<string>();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            if (All.FirstOrDefault(m => m.Name == name) is not { Name: not null } member)
            {
                errors.Add($"{name}: there is no such member of a policy.");
            }
            else if (equals < 0 || !TryRead(member.Kind, pair[(equals + 1)..], out var value))
            {
                errors.Add($"{name}: write {Form(member)}.");
            }
            else if (!policy.TryAdd(name, value))
            {
                errors.Add($"{name}: is given twice.");
            }
        }

        return errors.Count == 0
            ? policy
            : throw new CliException(ExitCodes.Usage, "The policy cannot be read.", [.. errors, "Members: " + string.Join(", ", All.Select(m => m.Name))]);
    }

    private static string Form((string Name, Kind Kind, string Help) member) => member.Kind switch
    {
        Kind.Number => $"{member.Name}=NUMBER",
        Kind.Truth => $"{member.Name}=true or {member.Name}=false",
        Kind.List => $"{member.Name}=VALUE,VALUE",
        _ => $"{member.Name}=TEXT",
    };

    private static bool TryRead(Kind kind, string text, out JsonNode? value)
    {
        value = kind switch
        {
            Kind.Number => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null,
            Kind.Truth => text is "true" or "false" ? JsonValue.Create(text == "true") : null,
            Kind.List => text.Length > 0 ? new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries).Select(t => (JsonNode)t)]) : null,
            _ => JsonValue.Create(text),
        };
        return value is not null;
    }
}
