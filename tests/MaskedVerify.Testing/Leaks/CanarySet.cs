using System.Globalization;
using MaskedVerify.Domain;
using PhoneNumbers;
using PhoneNumber = MaskedVerify.Domain.PhoneNumber;

namespace MaskedVerify.Testing;

/// <summary>Canaries by their digits, for look-ups of any window of a run. Not safe for writing while inspecting.</summary>
internal sealed class CanarySet
{
    /// <summary>Digit strings at least this long are rare enough to be looked for inside longer ones; shorter ones only as a whole.</summary>
    public const int LeastWithin = 9;

    private readonly Dictionary<ulong, string>[] _byLength = [.. Enumerable.Range(0, 16).Select(_ => new Dictionary<ulong, string>())];
    private readonly Dictionary<ulong, string> _numbers = [];

    /// <summary>How many numbers.</summary>
    public int Numbers { get; private set; }

    /// <summary>How many codes.</summary>
    public int Codes { get; private set; }

    /// <summary>Lengths that occur and are searched inside longer runs, shortest first.</summary>
    public int[] LengthsWithin { get; private set; } = [];

    /// <summary>A number: its E.164 digits, its national significant number, and that with the prefix that is dialled at home.</summary>
    public void Add(PhoneNumber number)
    {
        var digits = number.Reveal()[1..];
        var label = $"number {++Numbers}";
        Add(digits, label);
        _numbers.TryAdd(ulong.Parse(digits, CultureInfo.InvariantCulture), label);
        var util = PhoneNumberUtil.GetInstance();
        var parsed = util.Parse("+" + digits, null);
        Add(util.GetNationalSignificantNumber(parsed), "national form of " + label);
        Add(string.Concat(util.Format(parsed, PhoneNumberFormat.NATIONAL).Where(char.IsAsciiDigit)), "national form of " + label);
    }

    /// <summary>A code: its digits.</summary>
    public void Add(OneTimeCode code) => Add(code.Reveal(), $"code {++Codes}");

    /// <summary>The canary with exactly these digits, or null.</summary>
    public string? Find(int length, ulong value) => _byLength[length].GetValueOrDefault(value);

    /// <summary>The number with exactly this value as an integer, or null.</summary>
    public string? FindNumber(ulong value) => _numbers.GetValueOrDefault(value);

    private void Add(string digits, string label)
    {
        if (digits.Length is >= 4 and <= 15)
        {
            _byLength[digits.Length].TryAdd(ulong.Parse(digits, CultureInfo.InvariantCulture), label);
            LengthsWithin = [.. Enumerable.Range(LeastWithin, 16 - LeastWithin).Where(length => _byLength[length].Count > 0)];
        }
    }
}
