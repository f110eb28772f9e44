namespace MaskedVerify.Carriers.Smpp;

/// <summary>How a centre writes message ids: first in submit_sm_resp, then in receipts.</summary>
public enum MessageIdFormat
{
    /// <summary>The same text in both places.</summary>
    Exact = 0,

    /// <summary>A decimal number in both; leading zeros differ.</summary>
    Decimal = 1,

    /// <summary>A hexadecimal number in both; leading zeros and case differ.</summary>
    Hexadecimal = 2,

    /// <summary>Hexadecimal in the answer, decimal in the receipt.</summary>
    HexadecimalThenDecimal = 3,

    /// <summary>Decimal in the answer, hexadecimal in the receipt.</summary>
    DecimalThenHexadecimal = 4,
}
