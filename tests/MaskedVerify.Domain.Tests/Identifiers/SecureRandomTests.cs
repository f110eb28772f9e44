using FsCheck.Xunit;

namespace MaskedVerify.Domain.Tests.Identifiers;

public sealed class SecureRandomTests
{
    [Fact]
    public void Fill_AcrossManyBlocks_NeverRepeatsAndNeverGivesErasedBytes()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = SecureRandom.GetBytes(16);
            Assert.NotEqual(new byte[16], bytes);
            Assert.True(seen.Add(Convert.ToHexString(bytes)));
        }
    }

    [Fact]
    public async Task Fill_OnManyThreads_NeverRepeats()
    {
        var portions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 5_000).Select(_ => Convert.ToHexString(SecureRandom.GetBytes(16))).ToArray())));
        Assert.Equal(40_000, portions.SelectMany(p => p).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5_000)]
    public void Fill_OfAnyLength_FillsAllOfIt(int length)
    {
        // Each place is non-zero in one of 40 draws, or something leaves it out: 1 in 10^96 by chance.
        var or = new byte[length];
        for (var i = 0; i < 40; i++)
        {
            var bytes = SecureRandom.GetBytes(length);
            for (var place = 0; place < length; place++)
            {
                or[place] |= bytes[place];
            }
        }

        Assert.DoesNotContain((byte)0, or);
    }

    [Property(MaxTest = 500)]
    public void Below_IsBelow(ulong limit)
    {
        if (limit == 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => SecureRandom.Below(limit));
            return;
        }

        Assert.True(SecureRandom.Below(limit) < limit);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(6)]
    [InlineData(33)]
    public void Below_GivesEveryValueEquallyOften(int limit)
    {
        const int PerValue = 20_000;
        var counts = new int[limit];
        for (var i = 0; i < limit * PerValue; i++)
        {
            counts[SecureRandom.Below((ulong)limit)]++;
        }

        // Pearson's statistic has mean limit - 1 and deviation sqrt(2 (limit - 1)): ten deviations are never reached by chance.
        var statistic = counts.Sum(c => Math.Pow(c - PerValue, 2) / PerValue);
        Assert.InRange(statistic, 0, limit - 1 + (10 * Math.Sqrt(2 * (limit - 1))));
    }
}
