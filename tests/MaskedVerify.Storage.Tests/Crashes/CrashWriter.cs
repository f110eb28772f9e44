using System.Globalization;
using System.Text;
using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Crashes;

/// <summary>What this program does when it is started as the victim of a crash test: it writes for ever and prints what was acknowledged.</summary>
internal static class CrashWriter
{
    /// <summary>Names the folder to write to; makes this program a writer instead of a test run.</summary>
    public const string Variable = "MASKEDVERIFY_TEST_CRASH_WRITER";

    /// <summary>Rows that are written at once.</summary>
    public const int Rows = 24;

    /// <summary>Never returns.</summary>
    public static async Task RunAsync(string folder)
    {
        using var storage = new StorageFixture(folder);
        await using var output = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(row => Task.Run(() => WriteAsync(storage.Hot, row, output))));
    }

    private static async Task WriteAsync(IHotStore store, int row, Stream output)
    {
        var version = (await store.ReadAsync("sample", $"pa-{row}"))?.Version ?? 0;
        while (true)
        {
            var text = (version + 1).ToString(CultureInfo.InvariantCulture);
            var result = await store.CommitAsync(Commit($"pa-{row}", version, text, Outcome(row, (int)version + 1, text), Guard($"{row}", text), Audit(text)));
            if (result.Status != CommitStatus.Committed)
            {
                Environment.Exit(3);
            }

            version = result.Version;
            var line = Encoding.ASCII.GetBytes($"{row} {version}\n");
            lock (output)
            {
                output.Write(line);
                output.Flush();
            }
        }
    }
}
