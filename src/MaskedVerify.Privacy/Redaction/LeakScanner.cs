using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>
/// Finds phone numbers and canaries in texts that are about to leave the process as log lines or spans, and replaces them.
/// </summary>
/// <remarks>
/// <para>A <em>run</em> is a sequence of digits of any script with at most three separators between two of them (see <see cref="DigitUnits"/>). A run of 7 to
/// 15 digits (E.164's range) that is a canary, or a valid number for libphonenumber when read as international (with or without <c>+</c> or <c>00</c>), is a
/// <em>leak</em> and becomes <see cref="LeakMask"/>. Any other such run is <em>suspected</em> and becomes <see cref="SuspectMask"/>: it may be a national number
/// whose country nobody can tell. A longer run that is a list of numbers is judged one by one (<see cref="DigitLists"/>), and groups that <c>_</c>, <c>,</c> or <c>:</c> join are a
/// leak if they are a valid number (<see cref="JoinedDigits"/>).</para>
/// <para>What is not a run, so that logs stay useful (canaries are found in all of these too):</para>
/// <list type="bullet">
/// <item>digits that touch an ASCII letter: tokens such as aliases, key ids, trace ids, <c>12345ms</c>. But a word directly followed by a valid number of 10 digits or more, such as
/// <c>phone14155550123</c>, is a leak;</item>
/// <item>GUIDs; IPv4 addresses with port and Orleans' silo generation (<c>S127.0.0.1:11111:123456789</c>, <c>@123456789</c>);</item>
/// <item>dates (<c>2026-01-31</c>, <c>31.01.2026</c>, <c>01/31/2026</c>), decimal fractions with one point (<c>12.3456789</c>), Unix milliseconds (13 digits from
/// 16… to 19…: no numbering plan has such a number);</item>
/// <item>versions: dotted groups of which one, not the first, is a single digit (<c>10.0.26100.4652</c>);</item>
/// <item>quantities: one group followed by a unit (<c>12345678 bytes</c>) or preceded by the name of a quantity (<c>Length: 12345678</c>, <c>size=12345678</c>);</item>
/// <item>the status and length of ASP.NET Core's log line of a request (<c>HTTP/1.1 GET … - 200 12345 application/json</c>);</item>
/// <item>the limits of 32-bit integers, and the last part of Kestrel's request ids (<c>0HNQ9JMM9G5D3:00000018</c>);</item>
/// <item>one group of more than 15 digits (ticks, random ids).</item>
/// </list>
/// <para>Of base64 only canaries are found. A text without digits costs one vectorised search.</para>
/// </remarks>
internal sealed class LeakScanner(IOptions<LeakScanOptions> options)
{
    /// <summary>What replaces a leak.</summary>
    public const string LeakMask = "[leak]";

    /// <summary>What replaces a suspected run.</summary>
    public const string SuspectMask = "[digits]";

    /// <summary>What replaces a whole text that could not be scanned. Seeing it is finding a bug.</summary>
    public const string UnscannedMask = "[not scanned]";

    private readonly Canaries _canaries = new(options.Value.Canaries);

    /// <summary>
    /// The text without numbers and canaries: the same instance if there was nothing. <paramref name="name"/> is the name of the value in a structured log or
    /// tag, and counts as the word before it.
    /// </summary>
    public string Scan(string text, ref ScanCounts counts, string? name = null)
    {
        try
        {
            List<ScanFinding>? findings = null;
            var starts = DigitUnits.StartsIn(text);
            if (text.AsSpan().IndexOfAny(starts) is var start and >= 0)
            {
                FindRuns(text, name, start, starts, ref findings);
            }

            _canaries.FindEncoded(text, ref findings);
            return findings is null ? text : Replace(text, findings, ref counts);
        }
        catch (Exception)
        {
            // Whoever logs must not fail because of a mistake here, and what could not be scanned must not leave.
            counts.Suspected++;
            return UnscannedMask;
        }
    }

    // Apart, so that a clean line does not pay for clearing the buffers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FindRuns(string text, string? name, int start, SearchValues<char> starts, ref List<ScanFinding>? findings)
    {
        Span<char> digits = stackalloc char[DigitRun.DigitCapacity];
        Span<Group> groups = stackalloc Group[DigitRun.GroupCapacity];
        new DigitRuns(text, name, _canaries, digits, groups).Find(start, starts, ref findings);
        digits.Clear();
    }

    private static string Replace(string text, List<ScanFinding> findings, ref ScanCounts counts)
    {
        findings.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        var result = new StringBuilder(text.Length);
        var done = 0;
        foreach (var finding in findings)
        {
            if (finding.IsLeak)
            {
                counts.Leaks++;
            }
            else
            {
                counts.Suspected++;
            }

            if (finding.Start >= done)
            {
                result.Append(text, done, finding.Start - done).Append(finding.IsLeak ? LeakMask : SuspectMask);
            }

            done = Math.Max(done, finding.End);
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
