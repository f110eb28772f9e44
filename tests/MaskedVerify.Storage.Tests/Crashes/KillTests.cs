using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.Postgres;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Crashes;

/// <summary>What was answered survives a kill -9.</summary>
public sealed class KillTests : IDisposable
{
    /// <summary>Exit code of a process that was killed: 128 and the signal.</summary>
    private const int Killed = 137;

    private readonly string _folder = StorageFixture.NewFolder();
    private readonly long[] _acknowledged = new long[CrashWriter.Rows];
    private long _drained;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task Commit_WhenTheProcessIsKilled_EveryAcknowledgedOneIsThereAndNoneIsHalf()
    {
        for (var round = 0; round < 6; round++)
        {
            await WriteUntilKilled(afterLines: RandomNumberGenerator.GetInt32(1, 1500), TestContext.Current.CancellationToken);
            await AssertAllThere();
        }

        Assert.All(_acknowledged, version => Assert.True(version > 0));
    }

    [Fact(Timeout = 180_000)]
    public async Task Commit_WhenTheProcessDiesBetweenCommitAndAnswer_IsThereOnce()
    {
        foreach (var last in new[] { 1, 2, 40 })
        {
            await WriteUntilDead(_folder, last, TestContext.Current.CancellationToken);
            Assert.True(await AssertAllThere() > 0, "Every commit had been answered.");
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Commit_WhenTheProcessDiesBetweenTheServersCommitAndAnswer_IsThereOnce()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database);
        await storage.Migrator.MigrateAsync(TestContext.Current.CancellationToken);
        foreach (var last in new[] { 1, 2, 40 })
        {
            await WriteUntilDead(database.ConnectionString, last, TestContext.Current.CancellationToken);
            Assert.True(await AssertAllThere(storage.Hot) > 0, "Every commit had been answered.");
        }
    }

    private async Task WriteUntilKilled(int afterLines, CancellationToken cancellationToken)
    {
        using var process = StartWriter(_folder);
        using var stop = cancellationToken.Register(process.Kill);
        var lines = 0;
        await ReadAcknowledged(
            process,
            () =>
            {
                if (++lines == afterLines)
                {
                    process.Kill();
                }
            },
            cancellationToken);
        Assert.True(lines >= afterLines, "The writer ended by itself.");
    }

    private async Task WriteUntilDead(string place, int last, CancellationToken cancellationToken)
    {
        using var process = StartWriter(place, last);
        using var stop = cancellationToken.Register(process.Kill);
        await ReadAcknowledged(process, static () => { }, cancellationToken);
        Assert.Equal(Killed, process.ExitCode);
    }

    private static Process StartWriter(string place, int? last = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[CrashWriter.Variable] = place;
        start.Environment[CrashWriter.LastVariable] = last?.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    private async Task ReadAcknowledged(Process process, Action lineRead, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            // The kill may cut the last line, which makes a version smaller or leaves none.
            if (line.Split(' ') is [var row, { Length: > 0 } version])
            {
                var n = int.Parse(row, CultureInfo.InvariantCulture);
                _acknowledged[n] = Math.Max(_acknowledged[n], long.Parse(version, CultureInfo.InvariantCulture));
            }

            lineRead();
        }

        await process.WaitForExitAsync(cancellationToken);
    }

    private async Task<int> AssertAllThere()
    {
        using var storage = new StorageFixture(_folder);
        return await AssertAllThere(storage.Hot);
    }

    /// <summary>Returns how many rows have a commit that was not answered.</summary>
    private async Task<int> AssertAllThere(IHotStore store)
    {
        var unanswered = 0;
        for (var n = 0; n < _acknowledged.Length; n++)
        {
            var row = await store.ReadAsync("sample", $"pa-{n}");
            var version = row?.Version ?? 0;

            // One commit may have been durable without its answer having got out.
            Assert.InRange(version, _acknowledged[n], _acknowledged[n] + 1);
            Assert.Equal(row is null ? null : $"{version}", Text(row));
            Assert.Equal((int)version, (await store.ReadGuardAsync(Key($"{n}"), Noon, Noon)).LastDay);
            Assert.Equal(version > 0, await store.ReadOutcomeAsync(Verification(n, (int)version)) is not null);
            Assert.Null(await store.ReadOutcomeAsync(Verification(n, (int)version + 1)));
            unanswered += (int)(version - _acknowledged[n]);

            // What the next writer finds counts from here, or two commits in a row might lose their answers.
            _acknowledged[n] = version;
        }

        // One event per version: no side row of a commit is missing, and none is there twice.
        for (int moved; (moved = await store.AuditOutbox.DrainAsync(10_000)) > 0;)
        {
            _drained += moved;
        }

        Assert.Equal(_acknowledged.Sum(), _drained);
        return unanswered;
    }
}
