using System.Diagnostics;
using System.Globalization;
using System.Text;
using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.Postgres;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Crashes;

/// <summary>What this program does when it is started as the victim of a crash test: it writes for ever and prints what was acknowledged.</summary>
internal static class CrashWriter
{
    /// <summary>Names the folder, or the PostgreSQL database, to write to; makes this program a writer instead of a test run.</summary>
    public const string Variable = "MASKEDVERIFY_TEST_CRASH_WRITER";

    /// <summary>The transaction after whose COMMIT it kills itself, before anybody is told of it. Without: it is killed from outside.</summary>
    public const string LastVariable = "MASKEDVERIFY_TEST_CRASH_WRITER_LAST";

    /// <summary>Rows that are written at once.</summary>
    public const int Rows = 24;

    private static int s_left;

    /// <summary>Never returns.</summary>
    public static async Task RunAsync(string place)
    {
        s_left = int.TryParse(Environment.GetEnvironmentVariable(LastVariable), CultureInfo.InvariantCulture, out var last) ? last : int.MaxValue;
        if (place.StartsWith("Host=", StringComparison.Ordinal))
        {
            await using var server = new PostgresStorage(place);
            server.Engine.Hot.CommitEnded = () =>
            {
                CountDown();
                return Task.CompletedTask;
            };
            await WriteAsync(server.Hot);
            return;
        }

        using var storage = new StorageFixture(place);
        storage.Files.Hot.CommitEnded = CountDown;
        await WriteAsync(storage.Hot);
    }

    private static void CountDown()
    {
        if (--s_left == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private static async Task WriteAsync(IHotStore store)
    {
        await using var output = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(row => Task.Run(() => WriteAsync(store, row, output))));
    }

    private static async Task WriteAsync(IHotStore store, int row, Stream output)
    {
        var version = (await store.ReadAsync("sample", $"pa-{row}"))?.Version ?? 0;
        while (true)
        {
            var text = (version + 1).ToString(CultureInfo.InvariantCulture);
            var result = await store.CommitAsync(Commit($"pa-{row}", version, text, Outcome(row, (int)version + 1, text), Guard($"{row}", text), Audit($"{row} {text}")));
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
