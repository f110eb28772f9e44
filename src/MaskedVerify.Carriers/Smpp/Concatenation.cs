namespace MaskedVerify.Carriers.Smpp;

/// <summary>How a text that does not fit one message travels.</summary>
public enum Concatenation
{
    /// <summary>Several submit_sm with a user data header of a 16-bit reference: 152 septets or 66 UTF-16 units each.</summary>
    Udh16 = 0,

    /// <summary>The same with an 8-bit reference: 153 or 67.</summary>
    Udh8 = 1,

    /// <summary>One submit_sm with the whole text in <c>message_payload</c>; the centre cuts it.</summary>
    MessagePayload = 2,
}
