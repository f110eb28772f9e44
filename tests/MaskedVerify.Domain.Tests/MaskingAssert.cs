using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace MaskedVerify.Domain.Tests;

/// <summary>Looks at a secret value from every side from which .NET prints things.</summary>
internal static class MaskingAssert
{
    /// <summary>Neither text, formatting, JSON, the debugger nor any public member shows <paramref name="secret"/>.</summary>
    public static void HidesIts<T>(T value, string secret, string mask)
        where T : struct
    {
        Assert.Equal(mask, value.ToString());
        var printed = new[]
        {
            $"{value}", string.Format(null, "{0}", value), new Wrapper<T>(value).ToString(), (value, 1).ToString(), ((object)value).ToString() ?? string.Empty,
            JsonSerializer.Serialize(value), JsonSerializer.Serialize(new Wrapper<T>(value)), JsonSerializer.Serialize<object>(value),
            JsonSerializer.Serialize(new Dictionary<string, T> { ["x"] = value }), JsonSerializer.Serialize(new[] { value }), DebuggerView(value),
        };
        foreach (var text in printed)
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        foreach (var member in PublicValues(value))
        {
            Assert.DoesNotContain(secret, member, StringComparison.Ordinal);
        }
    }

    /// <summary>What the debugger shows: the text of the attribute, and every instance field that is not hidden from it.</summary>
    private static string DebuggerView<T>(T value)
        where T : struct
    {
        var display = typeof(T).GetCustomAttribute<DebuggerDisplayAttribute>();
        Assert.NotNull(display);
        var text = display.Value.Contains("ToString()", StringComparison.Ordinal) ? value.ToString() : display.Value;
        Assert.DoesNotContain('{', text!);
        foreach (var field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
        {
            var backing = field.Name.Contains(">k__BackingField", StringComparison.Ordinal);
            var hidden = field.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State == DebuggerBrowsableState.Never;
            Assert.True(hidden || backing, $"{typeof(T).Name}.{field.Name} shows in the debugger");
        }

        return text!;
    }

    private static IEnumerable<string> PublicValues<T>(T value)
        where T : struct
    {
        foreach (var field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            yield return field.GetValue(value)?.ToString() ?? string.Empty;
        }

        foreach (var property in typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.GetIndexParameters().Length == 0))
        {
            yield return property.GetValue(value)?.ToString() ?? string.Empty;
        }
    }

    private sealed record Wrapper<T>(T Value);
}
