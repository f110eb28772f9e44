using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>The sender of a message as an SMPP address. Pure.</summary>
internal static class SmppSender
{
    private const byte TonUnknown = 0;
    private const byte TonInternational = 1;
    private const byte TonNetworkSpecific = 3;
    private const byte TonAlphanumeric = 5;
    private const byte NpiUnknown = 0;
    private const byte NpiE164 = 1;

    /// <summary>Most characters of an alphanumeric sender (3GPP TS 23.040 §9.1.2.5: 11 septets).</summary>
    private const int MaxAlphanumeric = 11;

    /// <summary>Most digits of a number (ITU-T E.164) and of a short code.</summary>
    private const int MaxDigits = 15;
    private const int MaxShortCode = 6;

    public static bool IsValid(string sender)
    {
        var digits = Digits(sender);
        return digits.Length > 0 && IsNumber(digits)
            ? digits.Length <= MaxDigits
            : sender.Length is > 0 and <= MaxAlphanumeric && sender.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '&' or '+');
    }

    /// <summary>The address of a valid or empty sender.</summary>
    public static SmppAddress Address(string sender, int? ton, int? npi)
    {
        var digits = Digits(sender);
        var (guessedTon, guessedNpi, value) = sender.Length == 0 ? (TonUnknown, NpiUnknown, sender)
            : digits.Length == 0 || !IsNumber(digits) ? (TonAlphanumeric, NpiUnknown, sender)
            : digits.Length <= MaxShortCode ? (TonNetworkSpecific, NpiUnknown, digits.ToString())
            : (TonInternational, NpiE164, digits.ToString());
        return new SmppAddress((byte)(ton ?? guessedTon), (byte)(npi ?? guessedNpi), value);
    }

    /// <summary>The address of a device.</summary>
    public static SmppAddress Destination(string e164) => new(TonInternational, NpiE164, e164.TrimStart('+'));

    private static ReadOnlySpan<char> Digits(string sender) => sender.StartsWith('+') ? sender.AsSpan(1) : sender;

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
