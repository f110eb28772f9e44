using System.Buffers;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>One pass over one text: judges each run of digit groups as <see cref="LeakScanner"/> says.</summary>
internal ref struct DigitRuns
{
    private const int LeastDigits = 7;
    private const int MostDigits = 15;

    // Behind a word without a space, as in phone14155550123: fewer digits turn up in random ids.
    private const int LeastInToken = 10;

    // libphonenumber costs microseconds: beyond this, runs of one text are masked without asking it.
    private const int MostChecks = 64;

    private readonly string _text;
    private readonly string? _name;
    private readonly Canaries _canaries;
    private DigitRun _run;
    private int _checks;
    private List<ScanFinding>? _findings;

    public DigitRuns(string text, string? name, Canaries canaries, Span<char> digits, Span<Group> groups)
    {
        _text = text;
        _name = name;
        _canaries = canaries;
        _run = new DigitRun(text, digits, groups);
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
                at = _run.Read(at);
                if (_run.Groups.Length == 1 && JoinedDigits.MayBegin(_text, _run.Groups[0]) && JudgeJoined() is var end and > 0)
                {
                    at = end;
                }
                else
                {
                    JudgeRun();
                }
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

    private void JudgeRun()
    {
        var groups = _run.Groups;
        if (!_canaries.IsEmpty && IsCanary())
        {
            Add(0, groups.Length, isLeak: true);
            return;
        }

        // Groups that are part of a token cut the run.
        var from = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i].TouchesLetter && !groups[i].HasPlus)
            {
                Judge(from, i);
                JudgeToken(i);
                from = i + 1;
            }
        }

        Judge(from, groups.Length);
    }

    /// <summary>The place behind groups that are joined in an uncommon way, if they are a number; otherwise 0.</summary>
    private int JudgeJoined()
    {
        var first = _run.Groups[0];
        Span<char> digits = stackalloc char[JoinedDigits.Capacity];
        var joined = new JoinedDigits(_text, digits);
        var mayBe = joined.Read(first);
        var isLeak = (mayBe && IsNumber(joined.Digits, first.HasPlus)) || (!_canaries.IsEmpty && _canaries.Match(joined.Digits));
        digits.Clear();
        if (!isLeak && !(mayBe && joined.IsNational))
        {
            return 0;
        }

        (_findings ??= []).Add(new ScanFinding(first.PlusStart, joined.End, isLeak));
        return joined.End;
    }

    private readonly bool IsCanary()
    {
        var found = _canaries.Match(_run.Digits);
        for (var i = 0; i < _run.Groups.Length && !found; i++)
        {
            found = _canaries.Match(_run.DigitsOf(i, i + 1));
        }

        return found;
    }

    private void Judge(int from, int to)
    {
        while (from < to && _run.Count(from, to) >= LeastDigits)
        {
            var groups = _run.Groups[from..to];
            if (LeakShapes.Skip(_text, groups, _name) is var skipped and > 0)
            {
                from += skipped;
            }
            else if (_run.SaysInternational(from) && IsNumber(from, to))
            {
                Add(from, to, isLeak: true);
                return;
            }
            else if (LeakShapes.NextShape(_text, groups) is var before and > 0)
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
        var hasPlus = _run.Groups[from].HasPlus;
        for (leakTo = to; leakTo > from && (leakTo == to || leakTo == to - 1 || hasPlus); leakTo--)
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

    private bool IsNumber(int from, int to) => IsNumber(_run.DigitsOf(from, to), _run.Groups[from].HasPlus);

    private bool IsNumber(scoped ReadOnlySpan<char> digits, bool hasPlus)
    {
        if (IsInternational(digits))
        {
            return true;
        }

        foreach (var prefix in NumberEdges.DialledPrefixes)
        {
            if (!hasPlus && digits.StartsWith(prefix, StringComparison.Ordinal) && IsInternational(digits[prefix.Length..]))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInternational(scoped ReadOnlySpan<char> digits) =>
        digits.Length is >= LeastDigits and <= MostDigits && digits[0] != '0' && _checks++ < MostChecks && PhoneNumber.TryParse(string.Concat("+", digits), out _);

    private void Suspect(int from, int to)
    {
        if (_run.Count(from, to) <= MostDigits || _run.Groups[from].HasPlus)
        {
            Add(from, to, isLeak: false);
            return;
        }

        // A list of numbers: one at a time.
        var judged = from;
        for (var i = from + 1; i <= to; i++)
        {
            if (i == to ? judged > from : DigitLists.Begins(_text, _run.Groups[from..to], i - from))
            {
                Judge(judged, i);
                judged = i;
            }
        }

        if (judged > from)
        {
            return;
        }

        // One long number, or who knows what: only what alone could be a phone number.
        for (var i = from; i < to; i++)
        {
            if (_run.Groups[i].Count is >= LeastDigits and <= MostDigits)
            {
                Add(i, i + 1, isLeak: false);
            }
        }
    }

    private void JudgeToken(int index)
    {
        var group = _run.Groups[index];
        if (group.Count >= LeastInToken && NumberEdges.IsWordThenDigits(_text, group) && IsInternational(_run.DigitsOf(index, index + 1)))
        {
            Add(index, index + 1, isLeak: true);
        }
    }

    private void Add(int from, int to, bool isLeak) =>
        (_findings ??= []).Add(new ScanFinding(_run.Groups[from].PlusStart, _run.Groups[to - 1].End, isLeak));
}
