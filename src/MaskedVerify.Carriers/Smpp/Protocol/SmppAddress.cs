using System.Diagnostics;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>An address of at most 20 characters with type of number and numbering plan (SMPP 3.4 §5.2.5, §5.2.6). Prints masked.</summary>
[DebuggerDisplay("[address]")]
internal sealed record SmppAddress(byte Ton, byte Npi, string Value)
{
    /// <summary>Most characters, without the closing NUL.</summary>
    public const int MaxLength = 20;

    public static readonly SmppAddress None = new(0, 0, string.Empty);

    public override string ToString() => "[address]";
}
