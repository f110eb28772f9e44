namespace MaskedVerify.Privacy;

/// <summary>One run of digit groups, read from a text into the buffers of the caller.</summary>
internal ref struct DigitRun(string text, Span<char> digits, Span<Group> groups)
{
    /// <summary>Digits of a run that are looked at, and the size of the first buffer.</summary>
    public const int DigitCapacity = 64;

    /// <summary>Groups of a run that are looked at, and the size of the second buffer.</summary>
    public const int GroupCapacity = 24;

    private const int MostSeparators = 3;

    private readonly string _text = text;
    private readonly Span<char> _digits = digits;
    private readonly Span<Group> _groups = groups;
    private int _groupCount;
    private int _digitCount;

    /// <summary>The groups.</summary>
    public readonly ReadOnlySpan<Group> Groups => _groups[.._groupCount];

    /// <summary>All digits, as ASCII.</summary>
    public readonly ReadOnlySpan<char> Digits => _digits[.._digitCount];

    /// <summary>Reads groups from a first digit on; returns the place behind the last one.</summary>
    public int Read(int at)
    {
        _groupCount = 0;
        _digitCount = 0;
        while (true)
        {
            at = ReadGroup(at);
            var next = SkipSeparators(at);
            if (next < 0 || _groupCount == GroupCapacity || _digitCount > DigitCapacity - 16)
            {
                return at;
            }

            at = next;
        }
    }

    /// <summary>How many digits some groups have.</summary>
    public readonly int Count(int from, int to)
    {
        var count = 0;
        foreach (var group in _groups[from..to])
        {
            count += group.Count;
        }

        return count;
    }

    /// <summary>The digits of some groups; empty if they are more than is looked at.</summary>
    public readonly ReadOnlySpan<char> DigitsOf(int from, int to)
    {
        var (first, count) = (_groups[from].FirstDigit, Count(from, to));
        return first + count <= _digitCount ? _digits.Slice(first, count) : default;
    }

    /// <summary>Whether a group begins with a plus, or with the 0 of a prefix dialled instead of it; <c>18:00</c> is a time.</summary>
    public readonly bool SaysInternational(int group)
    {
        var start = _groups[group].Start;
        return _groups[group].HasPlus
            || (DigitsOf(group, group + 1) is ['0', ..] && !(start > 1 && _text[start - 1] == ':' && char.IsAsciiDigit(_text[start - 2])));
    }

    /// <summary>The next digit behind at most three separators, or -1.</summary>
    private readonly int SkipSeparators(int at)
    {
        // In form encoding (%2B1+415+555) a plus is a space.
        var formEncoded = _groups[0].HasPlus && _text[_groups[0].PlusStart] == '%';
        for (var separators = 0; at < _text.Length && separators <= MostSeparators; separators++)
        {
            var kind = DigitUnits.Read(_text, at, out var length, out _);
            if (kind == UnitKind.Digit)
            {
                return at;
            }

            if (kind == UnitKind.Other && !(formEncoded && _text[at] == '+'))
            {
                return -1;
            }

            at += length;
        }

        return -1;
    }

    private int ReadGroup(int at)
    {
        var (start, first) = (at, _digitCount);
        var count = 0;
        while (at < _text.Length && DigitUnits.Read(_text, at, out var length, out var digit) == UnitKind.Digit)
        {
            if (_digitCount < DigitCapacity)
            {
                _digits[_digitCount++] = (char)('0' + digit);
            }

            count++;
            at += length;
        }

        var plusStart = start;
        var hasPlus = _groupCount == 0 && NumberEdges.PlusBefore(_text, start, out plusStart);
        _groups[_groupCount++] = new Group(
            start, at, first, count, plusStart, hasPlus,
            TouchesLetter: (!hasPlus && NumberEdges.IsTokenBefore(_text, start, at)) || NumberEdges.IsTokenBehind(_text, start, at));
        return at;
    }
}
