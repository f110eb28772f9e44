using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MaskedVerify.Privacy;

/// <summary>
/// Builds what a MAC or a ciphertext is bound to: ASCII fields with <c>|</c> between them, in a buffer of the caller. No field but the last may contain
/// <c>|</c>, so two different lists never give the same bytes.
/// </summary>
internal ref struct AsciiWriter(Span<byte> buffer)
{
    /// <summary>Enough for the longest list of the product: label 16, region 32, tenant 40, alias 43, verification 69, two numbers, separators.</summary>
    public const int BufferSize = 256;

    private readonly Span<byte> _buffer = buffer;
    private int _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>Adds a field of text.</summary>
    /// <exception cref="ArgumentException">Not ASCII, or too long for the buffer.</exception>
    public void Add(scoped ReadOnlySpan<char> text)
    {
        AddSeparator();
        if (Ascii.FromUtf16(text, _buffer[_length..], out var written) != OperationStatus.Done)
        {
            throw new ArgumentException("Only short ASCII text can be bound to a key.", nameof(text));
        }

        _length += written;
    }

    /// <summary>Adds a decimal number.</summary>
    public void Add(int number)
    {
        AddSeparator();
        if (!Utf8Formatter.TryFormat(number, _buffer[_length..], out var written))
        {
            throw new ArgumentException("The buffer is too short.", nameof(number));
        }

        _length += written;
    }

    /// <summary>Room for a field that the caller writes itself; <see cref="Advance"/> says how much was written.</summary>
    public Span<byte> Rest()
    {
        AddSeparator();
        return _buffer[_length..];
    }

    /// <summary>See <see cref="Rest"/>.</summary>
    public void Advance(int written) => _length += written;

    private void AddSeparator()
    {
        if (_length > 0)
        {
            _buffer[_length++] = (byte)'|';
        }
    }
}
