namespace MaskedVerify.Domain;

/// <summary>What a caller may know of a number: never enough to find it.</summary>
/// <param name="Country">Two upper-case letters (CLDR region, what libphonenumber returns), or <c>ZZ</c> for a number of no country.</param>
/// <param name="LineType">Kind of line.</param>
public readonly record struct PhoneDestination(string Country, LineType LineType)
{
    /// <summary>For numbers that belong to no country, such as +883.</summary>
    public const string NoCountry = "ZZ";
}
