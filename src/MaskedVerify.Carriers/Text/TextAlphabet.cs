namespace MaskedVerify.Carriers.Text;

/// <summary>How the characters of a message travel (3GPP TS 23.038 §4).</summary>
public enum TextAlphabet
{
    /// <summary>GSM 7-bit default alphabet with its extension table: 160 septets in one message.</summary>
    Gsm7 = 0,

    /// <summary>UCS-2, in practice UTF-16 big endian: 70 code units in one message.</summary>
    Ucs2 = 1,
}
