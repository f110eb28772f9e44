using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace MaskedVerify.Cli.Output;

/// <summary>How values look in tables.</summary>
internal static class Show
{
    public static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string YesNo(bool value) => value ? "yes" : "no";

    public static string Text(string? text) => string.IsNullOrEmpty(text) ? "-" : Markup.Escape(text);

    /// <summary>A JSON value as a person would write it on the command line.</summary>
    public static string Json(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => Text(string.Join(',', value.EnumerateArray().Select(v => v.ToString()))),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => Text(value.ToString()),
    };
}
