namespace MaskedVerify.Domain;

/// <summary>A range of numbers that the operator knows better than the library's data.</summary>
/// <param name="Prefix">First digits, calling code included, without plus.</param>
/// <param name="Digits">How many digits its numbers have in all, 7 to 15.</param>
/// <param name="Destination">Country and kind of line.</param>
/// <param name="Since">From which day the numbers are in service; informs, is not compared with a clock.</param>
/// <param name="Source">Where that is said.</param>
public sealed record PhoneRange(string Prefix, int Digits, PhoneDestination Destination, DateOnly Since, string Source);
