namespace MaskedVerify.Carriers.Text;

/// <summary>Finds the code in a text of <see cref="MessageTexts"/>, for the sandbox's inbox.</summary>
internal static class CodeFinder
{
    private const int MinDigits = 4;
    private const int MaxDigits = 10;

    /// <summary>The last run of 4 to 10 digits (in a call: single digits with a comma and a space between them), or an empty string.</summary>
    public static string Find(ReadOnlySpan<char> text)
    {
        for (var end = text.Length; end > 0; end--)
        {
            if (!char.IsAsciiDigit(text[end - 1]))
            {
                continue;
            }

            var start = end - 1;
            var step = StepBefore(text, start);
            while (step > 0 && StepBefore(text, start) == step)
            {
                start -= step;
            }

            var digits = step > 1 ? ((end - start - 1) / step) + 1 : end - start;
            if (digits is >= MinDigits and <= MaxDigits)
            {
                return Collect(text[start..end]);
            }

            end = start + 1;
        }

        return string.Empty;
    }

    // 1 when a digit stands right before, 3 when "single digit, comma, space" does, else 0.
    private static int StepBefore(ReadOnlySpan<char> text, int at)
    {
        if (at >= 1 && char.IsAsciiDigit(text[at - 1]))
        {
            return 1;
        }

        var spoken = at >= 3 && text[at - 1] == ' ' && text[at - 2] == ',' && char.IsAsciiDigit(text[at - 3]);
        return spoken && (at == 3 || !char.IsAsciiDigit(text[at - 4])) ? 3 : 0;
    }

    private static string Collect(ReadOnlySpan<char> run)
    {
        Span<char> digits = stackalloc char[MaxDigits];
        var length = 0;
        foreach (var c in run)
        {
            if (char.IsAsciiDigit(c))
            {
                digits[length++] = c;
            }
        }

        return new string(digits[..length]);
    }
}
