namespace MaskedVerify.Privacy;

/// <summary>Shapes of several digit groups that are no phone number, see <see cref="LeakScanner"/>.</summary>
internal static class LeakShapes
{
    private const int DateGroups = 3;

    /// <summary>How many groups at the front are something else than a phone number; 0 if they may be one.</summary>
    public static int Skip(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, string? name)
    {
        if (groups[0].HasPlus)
        {
            return 0;
        }

        if (IsAddress(text, groups) || IsVersion(text, groups))
        {
            return Dotted(text, groups);
        }

        if (IsDate(text, groups))
        {
            return DateGroups;
        }

        if (GuidGroups(text, groups) is var inGuid and > 0)
        {
            return inGuid;
        }

        if ((groups.Length == 2 && IsDecimal(text, groups)) || IsStatusAndLength(text, groups))
        {
            return 2;
        }

        return (groups.Length == 1 || IsJoinedBy(text, groups, 1, ' ')) && LeakQuantities.Is(text, groups[0], name) ? 1 : 0;
    }

    /// <summary>The place, behind a single space, where a date or an address begins inside a run; 0 if there is none.</summary>
    public static int NextShape(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        for (var i = 1; i < groups.Length; i++)
        {
            if (IsJoinedBy(text, groups, i, ' ') && (IsDate(text, groups[i..]) || IsAddress(text, groups[i..])))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Whether a shape of so many groups stands alone: a number in odd notation may begin like an address, a version or a date.</summary>
    private static bool EndsAfter(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int count) =>
        groups.Length == count || IsJoinedBy(text, groups, count, ' ') || (groups.Length == count + 1 && groups[count].Count <= 2 && IsJoinedBy(text, groups, count, '/'));

    /// <summary>How many groups hang together by single points.</summary>
    private static int Dotted(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        var count = 1;
        while (count < groups.Length && IsJoinedBy(text, groups, count, '.'))
        {
            count++;
        }

        return count;
    }

    private static bool IsAddress(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        if (Dotted(text, groups) != 4 || !EndsAfter(text, groups, 4))
        {
            return false;
        }

        foreach (var group in groups[..4])
        {
            if (group.End - group.Start > 3 || Value(text, group) > 255)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVersion(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        var dotted = Dotted(text, groups);
        if (dotted is < 3 or > 4 || !EndsAfter(text, groups, dotted))
        {
            return false;
        }

        foreach (var group in groups[1..dotted])
        {
            if (group.Count == 1)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDate(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        if (groups.Length < DateGroups || !EndsAfter(text, groups, DateGroups) || text[groups[0].End] is not ('-' or '.' or '/') || !IsJoinedBy(text, groups, 1, text[groups[0].End]) || !IsJoinedBy(text, groups, 2, text[groups[0].End]))
        {
            return false;
        }

        var (a, b, c) = (Value(text, groups[0]), Value(text, groups[1]), Value(text, groups[2]));
        var yearFirst = groups[0].Count == 4 && groups[1].Count == 2 && groups[2].Count == 2 && IsYear(a) && b is >= 1 and <= 12 && c is >= 1 and <= 31;
        var yearLast = groups[0].Count <= 2 && groups[1].Count <= 2 && groups[2].Count == 4 && IsYear(c) && Math.Min(a, b) is >= 1 and <= 12 && Math.Max(a, b) <= 31;
        return yearFirst || yearLast;
    }

    private static int GuidGroups(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        ReadOnlySpan<int> starts = [0, 9, 14, 19, 24];
        foreach (var offset in starts)
        {
            var start = groups[0].Start - offset;
            if (start >= 0 && start + 36 <= text.Length && Guid.TryParseExact(text.Slice(start, 36), "D", out _))
            {
                var count = 0;
                while (count < groups.Length && groups[count].Start < start + 36)
                {
                    count++;
                }

                return count;
            }
        }

        return 0;
    }

    private static bool IsDecimal(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups) => IsJoinedBy(text, groups, 1, '.');

    private static bool IsStatusAndLength(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups) =>
        groups.Length >= 2 && groups[0].Count == 3 && IsJoinedBy(text, groups, 1, ' ') && (groups.Length == 2 || text[groups[1].End..].StartsWith(" - ", StringComparison.Ordinal))
        && text[..groups[0].Start].EndsWith(" - ", StringComparison.Ordinal) && text[..groups[0].Start].Contains(" HTTP/", StringComparison.Ordinal);

    private static bool IsJoinedBy(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int index, char separator) =>
        groups[index].Start == groups[index - 1].End + 1 && text[groups[index - 1].End] == separator && !groups[index].HasPlus;

    private static int Value(ReadOnlySpan<char> text, Group group) =>
        int.TryParse(text[group.Start..group.End], System.Globalization.NumberStyles.None, null, out var value) ? value : int.MaxValue;

    private static bool IsYear(int value) => value is >= 1970 and <= 2099;
}
