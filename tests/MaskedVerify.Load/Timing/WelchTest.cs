namespace MaskedVerify.Load.Timing;

/// <summary>Welch's t of two samples of times, after cutting off the slow end at several places, as dudect does: noise is slow, a difference need not be.</summary>
internal static class WelchTest
{
    /// <summary>Below this nobody can tell the two apart (dudect's threshold: under equal means it is passed about once in 150,000 tests).</summary>
    public const double Threshold = 4.5;

    private static readonly double[] Kept = [0.5, 0.75, 0.9, 0.99, 1];

    /// <summary>The t of the greatest size over all cuts.</summary>
    public static double Greatest(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var all = a.Concat(b).Order().ToArray();
        var greatest = 0.0;
        foreach (var kept in Kept)
        {
            var most = all[(int)Math.Ceiling(kept * all.Length) - 1];
            var t = Statistic([.. a.Where(x => x <= most)], [.. b.Where(x => x <= most)]);
            greatest = Math.Abs(t) > Math.Abs(greatest) ? t : greatest;
        }

        return greatest;
    }

    /// <summary>Mean of the faster nine tenths.</summary>
    public static double TrimmedMean(IReadOnlyList<double> times) => times.Order().Take(Math.Max(1, times.Count * 9 / 10)).Average();

    private static double Statistic(double[] a, double[] b)
    {
        if (a.Length < 2 || b.Length < 2)
            return 0;
        var (meanA, varianceA) = Moments(a);
        var (meanB, varianceB) = Moments(b);
        var error = Math.Sqrt((varianceA / a.Length) + (varianceB / b.Length));
        return error > 0 ? (meanA - meanB) / error : 0;
    }

    private static (double Mean, double Variance) Moments(double[] x)
    {
        var mean = x.Average();
        return (mean, x.Sum(v => (v - mean) * (v - mean)) / (x.Length - 1));
    }
}
