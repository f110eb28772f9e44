using System.Collections;
using System.Globalization;
using System.Net;

namespace MaskedVerify.Privacy;

/// <summary>Scans the values of structured logs, scopes and tags. A value that is clean stays what it is; a dirty one becomes its masked text.</summary>
internal static class ValueScanner
{
    private const long LeastLongNumber = 1_000_000;

    /// <summary>The value, or its masked text.</summary>
    public static object? Scan(LeakScanner scanner, string name, object? value, ref ScanCounts counts)
    {
        if (value is null || IsHarmless(value))
        {
            return value;
        }

        var text = value as string ?? Render(value);
        var scanned = scanner.Scan(text, ref counts, name);
        return ReferenceEquals(text, scanned) ? value : scanned;
    }

    /// <summary>All values of a state; null if every one is clean.</summary>
    public static KeyValuePair<string, object?>[]? Scan(LeakScanner scanner, IEnumerable<KeyValuePair<string, object?>> values, ref ScanCounts counts)
    {
        List<KeyValuePair<string, object?>>? dirty = null;
        var place = 0;
        foreach (var (name, value) in values)
        {
            var scanned = Scan(scanner, name, value, ref counts);
            if (dirty is null && !ReferenceEquals(scanned, value))
            {
                dirty = [.. values.Take(place)];
            }

            dirty?.Add(new(name, scanned));
            place++;
        }

        return dirty?.ToArray();
    }

    // Types whose text is never a phone number; integers only while they are short.
    private static bool IsHarmless(object value) => value switch
    {
        bool or char or float or double or Enum or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Guid or IPAddress or IPEndPoint or Type => true,
        byte or sbyte or short or ushort => true,
        int number => number is > (int)-LeastLongNumber and < (int)LeastLongNumber,
        uint number => number < LeastLongNumber,
        long number => number is > -LeastLongNumber and < LeastLongNumber,
        ulong number => number < LeastLongNumber,
        _ => false,
    };

    private static string Render(object value) => value switch
    {
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(", ", list.Cast<object?>()),
        _ => value.ToString() ?? string.Empty,
    };
}
