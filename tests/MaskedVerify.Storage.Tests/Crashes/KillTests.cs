using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Crashes;

/// <summary>What was answered survives a kill -9.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = StorageFixture.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task Commit_WhenTheProcessIsKilled_EveryAcknowledgedOneIsThereAndNoneIsHalf()
    {
        var acknowledged = new long[CrashWriter.Rows];
        for (var round = 0; round < 6; round++)
        {
            await WriteUntilKilled(acknowledged, afterLines: RandomNumberGenerator.GetInt32(1, 1500), TestContext.Current.CancellationToken);
            await AssertAllThere(acknowledged);
        }

        Assert.All(acknowledged, version => Assert.True(version > 0));
    }

    private async Task WriteUntilKilled(long[] acknowledged, int afterLines, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[CrashWriter.Variable] = _folder;
        using var process = Process.Start(start)!;
        using var stop = cancellationToken.Register(process.Kill);
        var lines = 0;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            // The kill may cut the last line, which makes a version smaller or leaves none.
            if (line.Split(' ') is [var row, { Length: > 0 } version])
            {
                var n = int.Parse(row, CultureInfo.InvariantCulture);
                acknowledged[n] = Math.Max(acknowledged[n], long.Parse(version, CultureInfo.InvariantCulture));
            }

            if (++lines == afterLines)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        Assert.True(lines >= afterLines, "The writer ended by itself.");
    }

    private async Task AssertAllThere(long[] acknowledged)
    {
        using var storage = new StorageFixture(_folder);
        for (var n = 0; n < acknowledged.Length; n++)
        {
            var row = await storage.Hot.ReadAsync("sample", $"pa-{n}");
            var version = row?.Version ?? 0;

            // One commit may have been durable without its answer having got out.
            Assert.InRange(version, acknowledged[n], acknowledged[n] + 1);
            Assert.Equal(row is null ? null : $"{version}", Text(row));
            Assert.Equal((int)version, (await storage.Hot.ReadGuardAsync(Key($"{n}"), Noon, Noon)).LastDay);
            Assert.Equal(version > 0, await storage.Hot.ReadOutcomeAsync(Verification(n, (int)version)) is not null);
            Assert.Null(await storage.Hot.ReadOutcomeAsync(Verification(n, (int)version + 1)));

            // What the next writer finds counts from here, or two commits in a row might lose their answers.
            acknowledged[n] = version;
        }
    }
}
