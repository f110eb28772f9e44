using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>One silo's clock is ten minutes off, from its start or by a jump: it stops itself, and no expiry is moved by it.</summary>
internal sealed class ClockRow : IChaosRow
{
    private const int ClockOff = 5;
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    public int Number => 6;

    public string Title => "one silo's clock 10 minutes off";

    public TimeSpan Short => TimeSpan.FromSeconds(1);

    public async Task RunAsync(ChaosRun run)
    {
        run.Report.Require(FindLibrary() is not null, "libfaketime is not installed: apt-get install faketime");
        if (FindLibrary() is null)
            return;

        for (var (begin, round) = (run.Cluster.Clock.Now, 0); round == 0 || run.Cluster.Clock.Now - begin < run.Duration; round++)
        {
            var minutes = (run.Seed + round) % 2 == 0 ? 10 : -10;
            await Task.WhenAll(WrongFromTheStartAsync(run, round, -minutes), JumpsAsync(run, round, minutes));
        }
    }

    private static string? FindLibrary() =>
        File.Exists(Library) ? Library : Directory.Exists("/usr/lib") ? Directory.EnumerateFiles("/usr/lib", "libfaketime.so.1", SearchOption.AllDirectories).FirstOrDefault() : null;

    private static async Task WrongFromTheStartAsync(ChaosRun run, int round, int minutes)
    {
        await using var silo = run.Cluster.NewSilo($"wrong-clock-{run.Seed}-{round}", Faked($"{minutes * 60:+0;-0}s"));
        var started = silo.StartAsync();
        var ended = await Task.WhenAny(started, Task.Delay(TimeSpan.FromSeconds(90)));
        run.Report.Require(ended == started && started.IsFaulted, $"A silo whose clock is {minutes} minutes off came up.");
        if (started.IsFaulted)
        {
            await WaitForEndAsync(silo);
            run.Report.Require(silo.Process.ExitCode == ClockOff, $"A silo whose clock is {minutes} minutes off ended with code {silo.Process.ExitCode}: {started.Exception!.InnerException!.Message}");
            run.Report.Count("silos refused for their clock");
        }
    }

    private static async Task JumpsAsync(ChaosRun run, int round, int minutes)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mv-clock-{run.Seed}-{Environment.ProcessId}-{round}");
        await File.WriteAllTextAsync(file, "+0s");
        try
        {
            await using var silo = run.Cluster.NewSilo($"jumping-clock-{run.Seed}-{round}", Faked(null, file));
            await silo.StartAsync();
            run.Cluster.Extra = silo;
            await run.UnderLoadAsync(8, async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
                run.Say($"the clock of one silo jumps by {minutes} minutes");
                await File.WriteAllTextAsync(file, $"{minutes * 60:+0;-0}s");
                run.Report.Count("clocks that jumped");
                await WaitForEndAsync(silo);
                run.Cluster.Extra = null;
            });
            run.Report.Require(silo.Process.ExitCode == ClockOff, $"A silo whose clock jumped by {minutes} minutes ended with code {silo.Process.ExitCode?.ToString() ?? "none"}.\n{silo.Process.Output}");
            run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications expired") == 0, "Verifications expired long before their time.");
        }
        finally
        {
            run.Cluster.Extra = null;
            File.Delete(file);
        }
    }

    private static async Task WaitForEndAsync(ChaosSilo silo)
    {
        for (var i = 0; i < 600 && silo.Process.ExitCode is null; i++)
            await Task.Delay(100);
    }

    // Monotonic time stays true: a clock that is set does not change how long a second is.
    private static Dictionary<string, string> Faked(string? offset, string? file = null)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_PRELOAD"] = FindLibrary()!, ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", ["DONT_FAKE_MONOTONIC"] = "1" };
        if (offset is not null)
            environment["FAKETIME"] = offset;
        if (file is not null)
            (environment["FAKETIME_TIMESTAMP_FILE"], environment["FAKETIME_CACHE_DURATION"]) = (file, "1");
        return environment;
    }
}
