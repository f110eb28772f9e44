using System.Text;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Nothing that a server wrote holds what callers told it or what it sent.</summary>
internal static class Silence
{
    /// <summary>Looks for numbers and codes in the server's output.</summary>
    public static void OfOutput(ServerProcess server, IEnumerable<string> numbers, IEnumerable<string>? codes = null)
    {
        // The banner shows the magic number to try.
        var lines = server.Output.Split('\n').Except(server.CurlLines, StringComparer.Ordinal).ToArray();
        Assert.All(numbers.Select(n => n[1..]), n => Assert.DoesNotContain(lines, l => l.Contains(n, StringComparison.Ordinal)));
        Assert.All(codes ?? [], c => Assert.DoesNotContain(lines, l => l.Contains(c, StringComparison.Ordinal)));
    }

    /// <summary>Looks for numbers in every byte of a data folder.</summary>
    public static void OfFolder(string folder, IEnumerable<string> numbers)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => f.EndsWith("hot.db", StringComparison.Ordinal));
        var needles = numbers.Select(n => Encoding.ASCII.GetBytes(n[1..])).ToArray();
        foreach (var file in files.Where(f => !f.EndsWith("server.lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.All(needles, n => Assert.True(bytes.AsSpan().IndexOf(n) < 0, $"{Path.GetFileName(file)} holds a number in clear."));
        }
    }
}
