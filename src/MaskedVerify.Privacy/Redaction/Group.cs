namespace MaskedVerify.Privacy;

/// <summary>Digits without a separator between them.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">Behind the last character.</param>
/// <param name="FirstDigit">Place of its first digit among the digits of the run.</param>
/// <param name="Count">How many digits.</param>
/// <param name="PlusStart">Where the plus in front of it begins, or <paramref name="Start"/>.</param>
/// <param name="HasPlus">Whether there is one.</param>
/// <param name="TouchesLetter">Whether an ASCII letter stands directly before or behind it.</param>
internal readonly record struct Group(int Start, int End, int FirstDigit, int Count, int PlusStart, bool HasPlus, bool TouchesLetter);
