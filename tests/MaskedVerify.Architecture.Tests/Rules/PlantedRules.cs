using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Architecture.Tests.Rules;

/// <summary>Breaks each rule once, so that the scan is seen to find it.</summary>
internal static class PlantedRules
{
    internal static class ReadsClock
    {
        public static DateTimeOffset Next(int seconds) => DateTimeOffset.UtcNow.AddSeconds(seconds);
    }

    internal static class TakesClock
    {
        public static long Next(TimeProvider time) => time.GetTimestamp();
    }

    internal static class Draws
    {
        public static int Next() => RandomNumberGenerator.GetInt32(10);
    }

    internal static class DrawsThroughDomain
    {
        public static int Next() => OneTimeCode.Random(6).Length;
    }

    internal static class DrawsInClosure
    {
        public static IEnumerable<int> Next(IEnumerable<int> numbers) => numbers.Select(n => n + Random.Shared.Next());
    }

    internal static class NamesOrleans
    {
        public static string Next(IGrainContext context) => context.GrainId.ToString();
    }

    internal static class DoesIo
    {
        public static bool Next(string path) => File.Exists(path);
    }

    internal static class Awaits
    {
        public static async ValueTask<int> Next() => await new ValueTask<int>(1);
    }

    internal static class Remembers
    {
        private static int _count;

        public static int Next() => ++_count;
    }

    internal static class IsPure
    {
        public static TimeSpan Next(DateTimeOffset now, DateTimeOffset then) => new[] { now, then }.Max() - then;
    }
}
