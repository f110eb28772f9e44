namespace MaskedVerify.Privacy;

/// <summary>
/// Groups of digits that one and the same <c>_</c>, <c>,</c> or <c>:</c> joins, as in <c>1_415_555_0123</c>. Nearly always that is a time, a port, an amount, a list or an id; what
/// is left is found only if it is a valid number in groups as people write them.
/// </summary>
internal ref struct JoinedDigits(ReadOnlySpan<char> text, Span<char> digits)
{
    /// <summary>Digits that are read: E.164 has 15, behind a prefix of up to four.</summary>
    public const int Capacity = 20;

    // A country code, alone or with the first digits behind it, or a prefix that is dialled.
    private const int MostInFirst = 4;
    private const int MostGroups = 6;

    private readonly ReadOnlySpan<char> _text = text;
    private readonly Span<char> _digits = digits;
    private int _count;
    private int _groups;
    private int _longest;
    private bool _inThousands;
    private bool _inPortsOrTimes;
    private bool _isNational;

    /// <summary>Behind the last group.</summary>
    public int End { get; private set; }

    /// <summary>All digits, as ASCII.</summary>
    public readonly ReadOnlySpan<char> Digits => _digits[.._count];

    /// <summary>Whether a group of a run may be the first of such a sequence: it has no neighbour that makes it the part of another.</summary>
    public static bool MayBegin(ReadOnlySpan<char> text, Group group) =>
        group.End + 1 < text.Length && (text[group.End] is '_' or ',' or ':' or '%' or '\\' or > '\u007F') && !group.TouchesLetter && group.Count <= MostInFirst && !IsTime(text[group.End..], group)
        && (group.Start < 2 || group.HasPlus || !((text[group.Start - 1] is ':' or ',' or '_' or '.' or '-' or '/') && char.IsAsciiLetterOrDigit(text[group.Start - 2])));

    // Nearly every line has one: seen here, it costs no second reading.
    private static bool IsTime(ReadOnlySpan<char> behind, Group group) =>
        group.Count == 2 && !group.HasPlus && behind is [':', >= '0' and <= '9', >= '0' and <= '9', ':', >= '0' and <= '9', >= '0' and <= '9', ..]
        && (behind.Length == 6 || (behind[6] == ':' ? IsFraction(behind[7..]) : !char.IsAsciiDigit(behind[6])));

    // Milliseconds or microseconds, which some loggers part with a colon as well.
    private static bool IsFraction(ReadOnlySpan<char> text) => (text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length) is 3 or 6;

    /// <summary>Reads on behind a first group. True: the sequence may be a number.</summary>
    public bool Read(Group first)
    {
        var joint = DigitUnits.ReadJoint(_text, first.End, out _);
        if (joint == '\0')
        {
            return false;
        }

        var at = first.Start;
        (_inThousands, _inPortsOrTimes, _isNational) = (true, joint == ':', true);
        while (true)
        {
            var group = ReadGroup(ref at);
            End = at;
            if (group == 0 || _count == Capacity || _groups > MostGroups)
            {
                return false;
            }

            if (at == _text.Length)
            {
                return IsWrittenAsNumber(first.HasPlus);
            }

            var next = DigitUnits.ReadJoint(_text, at, out var length);
            var goesOn = next != '\0' && at + length < _text.Length && DigitUnits.Read(_text, at + length, out _, out _) == UnitKind.Digit;
            if (!goesOn || next != joint)
            {
                return !goesOn && EndsHere() && IsWrittenAsNumber(first.HasPlus);
            }

            at += length;
        }
    }

    /// <summary>Whether it is what North America writes without the country code, which is no number by itself.</summary>
    public readonly bool IsNational => _isNational && _groups == 3 && _count == 10;

    private int ReadGroup(ref int at)
    {
        var (before, value) = (_count, 0);
        while (at < _text.Length && _count < Capacity && DigitUnits.Read(_text, at, out var length, out var digit) == UnitKind.Digit)
        {
            _digits[_count++] = (char)('0' + digit);
            value = Math.Min(100_000, (value * 10) + digit);
            at += length;
        }

        var count = _count - before;
        _groups++;
        _longest = Math.Max(_longest, count);
        _inThousands &= _groups == 1 ? count <= 3 : count == 3;
        _inPortsOrTimes &= _groups <= 3 && (count <= 2 || (_groups <= 2 && value <= ushort.MaxValue));
        _isNational &= count == (_groups == 3 ? 4 : 3);
        return count;
    }

    // What goes on with a point, a hyphen or a letter is a fraction, a range, an address or a token.
    private readonly bool EndsHere() =>
        !char.IsAsciiLetter(_text[End]) && !((_text[End] is '.' or '-' or '/') && End + 1 < _text.Length && char.IsAsciiLetterOrDigit(_text[End + 1]));

    private readonly bool IsWrittenAsNumber(bool hasPlus) =>
        _groups > 1 && _count >= 7 && (hasPlus || (_longest >= 3 && !_inThousands && !_inPortsOrTimes));
}
