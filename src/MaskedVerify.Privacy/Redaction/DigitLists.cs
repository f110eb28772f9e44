namespace MaskedVerify.Privacy;

/// <summary>Where in a run that is too long for one number the next number begins.</summary>
internal static class DigitLists
{
    /// <summary>
    /// Whether a group begins the next number: what stands before it is wider than what stands elsewhere (<c>415-555-0123 / 415-555-0124</c>), or all is alike and the sizes of the
    /// groups repeat (<c>1 415 555 0123 1 415 555 0124</c>).
    /// </summary>
    public static bool Begins(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int index)
    {
        var (widest, narrowest) = (0, int.MaxValue);
        for (var i = 1; i < groups.Length; i++)
        {
            var width = Width(text, groups, i);
            (widest, narrowest) = (Math.Max(widest, width), Math.Min(narrowest, width));
        }

        return widest > narrowest ? Width(text, groups, index) == widest : Period(groups) is var period and > 0 && index % period == 0;
    }

    // A bracket opens a number; a space or a slash parts more than a hyphen or a point.
    private static int Width(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int index)
    {
        var between = text[groups[index - 1].End..groups[index].Start];
        return between.IndexOfAny('(', '\uFF08') >= 0 ? int.MaxValue - 1 : (2 * between.Length) + (between.IndexOfAny(' ', '/', '\u00A0') >= 0 ? 1 : 0);
    }

    private static int Period(ReadOnlySpan<Group> groups)
    {
        for (var period = 2; period <= groups.Length / 2; period++)
        {
            var (repeats, varies) = (groups.Length % period == 0, false);
            for (var i = 1; i < groups.Length && repeats; i++)
            {
                repeats = i < period || groups[i].Count == groups[i - period].Count;
                varies |= groups[i].Count != groups[0].Count;
            }

            if (repeats && varies)
            {
                return period;
            }
        }

        return 0;
    }
}
