using System.Buffers;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>One pass over one text: cuts it into runs of digit groups and judges each run as <see cref="LeakScanner"/> says.</summary>
internal ref struct DigitRuns
{
    private const int LeastDigits = 7;
    private const int MostDigits = 15;
    private const int MostSeparators = 3;

    /// <summary>Digits of a run that are looked at, and the size of the first buffer.</summary>
    public const int DigitCapacity = 64;

    /// <summary>Groups of a run that are looked at, and the size of the second buffer.</summary>
    public const int GroupCapacity = 24;

    // libphonenumber costs microseconds: beyond this, runs of one text are masked without asking it.
    private const int MostChecks = 64;

    private readonly string _text;
    private readonly string? _name;
    private readonly Canaries _canaries;
    private readonly Span<char> _digits;
    private readonly Span<Group> _groups;
    private int _groupCount;
    private int _digitCount;
    private int _checks;
    private List<ScanFinding>? _findings;

    public DigitRuns(string text, string? name, Canaries canaries, Span<char> digits, Span<Group> groups)
    {
        _digits = digits;
        _groups = groups;
        _text = text;
        _name = name;
        _canaries = canaries;
    }

    /// <summary>Adds what is found from a place on.</summary>
    public void Find(int start, SearchValues<char> starts, ref List<ScanFinding>? findings)
    {
        _findings = findings;
        var at = start;
        while (at < _text.Length)
        {
            if (DigitUnits.Read(_text, at, out var length, out _) == UnitKind.Digit)
            {
                at = ReadRun(at);
                JudgeRun();
            }
            else
            {
                at += length;
            }

            var next = _text.AsSpan(at).IndexOfAny(starts);
            if (next < 0)
            {
                break;
            }

            at += next;
        }

        findings = _findings;
    }

    /// <summary>Reads groups from a first digit on; returns the place behind the last one.</summary>
    private int ReadRun(int at)
    {
        _groupCount = 0;
        _digitCount = 0;
        while (true)
        {
            at = ReadGroup(at);
            var next = SkipSeparators(at);
            if (next < 0 || _groupCount == GroupCapacity || _digitCount >= DigitCapacity - MostDigits)
            {
                return at;
            }

            at = next;
        }
    }

    /// <summary>The next digit behind at most <see cref="MostSeparators"/> separators, or -1.</summary>
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

    private void JudgeRun()
    {
        if (!_canaries.IsEmpty && TryCanary())
        {
            return;
        }

        // Groups that are part of a token cut the run.
        var from = 0;
        for (var i = 0; i < _groupCount; i++)
        {
            if (_groups[i].TouchesLetter && !_groups[i].HasPlus)
            {
                Judge(from, i);
                JudgeToken(_groups[i]);
                from = i + 1;
            }
        }

        Judge(from, _groupCount);
    }

    private bool TryCanary()
    {
        var found = _canaries.Match(_digits[.._digitCount]);
        for (var i = 0; i < _groupCount && !found; i++)
        {
            found = _canaries.Match(Slice(_groups[i].FirstDigit, _groups[i].Count));
        }

        if (found)
        {
            Add(0, _groupCount, isLeak: true);
        }

        return found;
    }

    private void Judge(int from, int to)
    {
        while (from < to && Count(from, to) >= LeastDigits)
        {
            if (LeakShapes.Skip(_text, _groups[from..to], _name) is var skipped and > 0)
            {
                from += skipped;
            }
            else if (_groups[from].HasPlus && IsNumber(from, to))
            {
                Add(from, to, isLeak: true);
                return;
            }
            else if (LeakShapes.NextShape(_text, _groups[from..to]) is var before and > 0)
            {
                Judge(from, from + before);
                from += before;
            }
            else if (TryLeak(from, to, out var leakFrom, out var leakTo))
            {
                Judge(from, leakFrom);
                Add(leakFrom, leakTo, isLeak: true);
                from = leakTo;
            }
            else
            {
                Suspect(from, to);
                return;
            }
        }
    }

    /// <summary>
    /// The longest part of a run that is a valid number: with a plus any beginning of it; otherwise all of it, all but the first or last group, or one group.
    /// </summary>
    private bool TryLeak(int from, int to, out int leakFrom, out int leakTo)
    {
        leakFrom = from;
        for (leakTo = to; leakTo > from && (leakTo == to || leakTo == to - 1 || _groups[from].HasPlus); leakTo--)
        {
            if (IsNumber(from, leakTo))
            {
                return true;
            }
        }

        leakTo = to;
        for (leakFrom = from + 1; leakFrom < to; leakFrom++)
        {
            if ((leakFrom == from + 1 || leakFrom == to - 1) && IsNumber(leakFrom, to))
            {
                return true;
            }
        }

        for (leakFrom = from; leakFrom < to; leakFrom++)
        {
            leakTo = leakFrom + 1;
            if (IsNumber(leakFrom, leakTo))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNumber(int from, int to)
    {
        var digits = Slice(_groups[from].FirstDigit, Count(from, to));
        if (!_groups[from].HasPlus)
        {
            digits = digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : digits.StartsWith("011", StringComparison.Ordinal) ? digits[3..] : digits;
        }

        return digits.Length is >= LeastDigits and <= MostDigits && _checks++ < MostChecks && PhoneNumber.TryParse(string.Concat("+", digits), out _);
    }

    private void Suspect(int from, int to)
    {
        if (Count(from, to) <= MostDigits || _groups[from].HasPlus)
        {
            Add(from, to, isLeak: false);
            return;
        }

        // A list of numbers, or one long number: only what alone could be a phone number.
        for (var i = from; i < to; i++)
        {
            if (_groups[i].Count is >= LeastDigits and <= MostDigits)
            {
                Add(i, i + 1, isLeak: false);
            }
        }
    }

    private void JudgeToken(Group group)
    {
        if (group.Count is >= LeastDigits and <= MostDigits && NumberEdges.IsWordThenDigits(_text, group)
            && PhoneNumber.TryParse(string.Concat("+", Slice(group.FirstDigit, group.Count)), out _))
        {
            (_findings ??= []).Add(new ScanFinding(group.Start, group.End, IsLeak: true));
        }
    }

    private void Add(int from, int to, bool isLeak) =>
        (_findings ??= []).Add(new ScanFinding(_groups[from].PlusStart, _groups[to - 1].End, isLeak));

    private readonly int Count(int from, int to)
    {
        var count = 0;
        for (var i = from; i < to; i++)
        {
            count += _groups[i].Count;
        }

        return count;
    }

    private readonly ReadOnlySpan<char> Slice(int first, int count) => first + count <= _digitCount ? _digits.Slice(first, count) : default;
}
