using MaskedVerify.Domain;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Distinct valid numbers that the sandbox delivers to.</summary>
internal static class Numbers
{
    private static int _last;

    /// <summary>A number that no test of this process has used before.</summary>
    public static string Next()
    {
        while (true)
        {
            // Ofcom's mobile range for drama is 07700 900000-900999; the rest of +44 7400 is ordinary and goes nowhere from here.
            var text = $"+447400{Interlocked.Increment(ref _last) + 100_000:D6}";
            if (PhoneNumber.TryParse(text, out _))
            {
                return text;
            }
        }
    }
}
