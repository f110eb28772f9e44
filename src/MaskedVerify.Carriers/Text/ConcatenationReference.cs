namespace MaskedVerify.Carriers.Text;

/// <summary>
/// Width of the reference that ties the parts of one text together in the user data header (3GPP TS 23.040 §9.2.3.24.1 and .8). The header takes room
/// from the 140 octets of a message: 6 octets leave 153 septets or 67 UTF-16 units, 7 octets leave 152 or 66.
/// </summary>
public enum ConcatenationReference
{
    /// <summary>8 bits, header <c>05 00 03 rr nn ii</c>: every centre knows it; references of one sender come round after 256 texts.</summary>
    EightBit = 0,

    /// <summary>16 bits, header <c>06 08 04 rr rr nn ii</c>.</summary>
    SixteenBit = 1,
}
