using System.Buffers.Binary;
using System.Text;

namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>
/// Reads the fields of a body; of what a centre delivers as forgivingly as it can be placed: what is too long is cut, see <see cref="HasCut"/>. After the first field that is not there, everything reads as empty and <see cref="IsFaulty"/> stays true: no
/// exceptions.
/// </summary>
internal ref struct PduReader(ReadOnlySpan<byte> body, bool isForgiving = false)
{
    /// <summary>Most optional parameters that are kept of one unit, so that a unit full of empty ones costs no more memory than an honest one; SMPP 3.4 §5.3.2 names 44.</summary>
    public const int MaxTlvs = 64;

    /// <summary>Octets of tag and length.</summary>
    private const int TlvHeader = 4;

    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Whether a field was missing or too long.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Whether a field had more octets than it may have, or than there are, and lost some.</summary>
    public bool HasCut { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (IsFaulty || _rest.Length < count)
        {
            IsFaulty = true;
            return default;
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>A text that ends with NUL, of at most <paramref name="max"/> characters without it.</summary>
    public string CString(int max)
    {
        var length = _rest.IndexOf((byte)0);
        if (IsFaulty || length < 0 || (length > max && !isForgiving))
        {
            IsFaulty = true;
            return string.Empty;
        }

        HasCut |= length > max;
        var text = Encoding.Latin1.GetString(_rest[..Math.Min(length, max)]);
        _rest = _rest[(length + 1)..];
        return text;
    }

    /// <summary>
    /// A length and that many octets. If there are fewer, those up to where optional parameters with a message id begin, or else all; without the last word, which may be a
    /// part of one.
    /// </summary>
    public ReadOnlySpan<byte> ShortMessage()
    {
        var length = Byte();
        if (IsFaulty || length <= _rest.Length || !isForgiving)
        {
            return Bytes(length);
        }

        HasCut = true;
        var text = Bytes(TextBeforeTlvs());
        return text[..(text.LastIndexOf((byte)' ') + 1)];
    }

    /// <summary>As <see cref="CString"/>, and forgiving as peers need it: a missing body is empty, a missing NUL ends with the body.</summary>
    public string LastCString(int max)
    {
        var end = _rest.IndexOf((byte)0);
        if (end >= 0)
        {
            return CString(max);
        }

        var text = _rest;
        if (IsFaulty || text.Length > max)
        {
            IsFaulty = true;
            return string.Empty;
        }

        _rest = default;
        return Encoding.Latin1.GetString(text);
    }

    /// <summary>
    /// The optional parameters that are whole, at most <see cref="MaxTlvs"/>: centres append a NUL too many or cut the last one, and what comes before is still
    /// right. What is not understood is left over (<see cref="IsAtEnd"/>). Values are copied: the body is a buffer that is used again.
    /// </summary>
    public IReadOnlyList<Tlv> Tlvs()
    {
        if (IsFaulty || _rest.IsEmpty)
        {
            return [];
        }

        var tlvs = new List<Tlv>();
        while (_rest.Length >= TlvHeader && tlvs.Count < MaxTlvs)
        {
            var tag = (TlvTag)BinaryPrimitives.ReadUInt16BigEndian(_rest);
            var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            if (_rest.Length - TlvHeader < length)
            {
                break;
            }

            tlvs.Add(new Tlv(tag, _rest.Slice(TlvHeader, length).ToArray()));
            _rest = _rest[(TlvHeader + length)..];
        }

        return tlvs;
    }

    private readonly int TextBeforeTlvs()
    {
        for (var start = 0; start < _rest.Length; start++)
        {
            if (AreTlvs(_rest[start..]))
            {
                return start;
            }
        }

        return _rest.Length;
    }

    // Whole to the last octet, and one of them says which message is meant: no text does so by chance.
    private static bool AreTlvs(ReadOnlySpan<byte> octets)
    {
        var namesMessage = false;
        while (octets.Length >= TlvHeader && BinaryPrimitives.ReadUInt16BigEndian(octets[2..]) is var length && octets.Length - TlvHeader >= length)
        {
            namesMessage |= (TlvTag)BinaryPrimitives.ReadUInt16BigEndian(octets) == TlvTag.ReceiptedMessageId;
            octets = octets[(TlvHeader + length)..];
        }

        return octets.IsEmpty && namesMessage;
    }
}
