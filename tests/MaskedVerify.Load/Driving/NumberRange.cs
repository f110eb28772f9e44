using MaskedVerify.Domain;

namespace MaskedVerify.Load.Driving;

/// <summary>
/// Numbers of one run: <c>+86 13x xxxx xxxx</c>, a thousand million mobiles that the numbering plan of China holds for valid, none of them a magic number of the
/// sandbox. Each is taken once, in an order that jumps over the whole range, from a place that <paramref name="seed"/> chooses: so that two runs against one server
/// meet different numbers.
/// </summary>
internal sealed class NumberRange(long seed)
{
    /// <summary>Characters of each number.</summary>
    public const int Length = 14;

    private const string Prefix = "+8613";
    private const long Size = 1_000_000_000;

    // Odd and not a multiple of 5, so that the steps visit every number before one comes again.
    private const long Step = 618_033_989;

    private long _taken = -1;

    /// <summary>How many were taken.</summary>
    public long Taken => Volatile.Read(ref _taken) + 1;

    /// <summary>The next one.</summary>
    public string Next() => At(Interlocked.Increment(ref _taken));

    /// <summary>The number at a place of the order, from 0.</summary>
    public string At(long place) => string.Create(Length, (seed + place) % Size * Step % Size, static (span, subscriber) =>
    {
        Prefix.CopyTo(span);
        subscriber.TryFormat(span[Prefix.Length..], out _, "D9");
    });

    /// <summary>Looks whether the first <paramref name="count"/> of the order are valid for the product, and different.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
    public void Verify(int count)
    {
        var seen = new HashSet<PhoneNumber>(count);
        for (var i = 0; i < count; i++)
        {
            if (!PhoneNumber.TryParse(At(i), out var number) || !seen.Add(number))
                throw new InvalidOperationException($"Number {i} of the range is not valid, or stands in it twice.");
        }
    }
}
