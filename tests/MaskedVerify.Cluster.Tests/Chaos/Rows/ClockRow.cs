using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>One silo's clock is ten minutes off, from its start or by a jump: it stops itself, and no expiry is moved by it.</summary>
internal sealed class ClockRow : IChaosRow
{
    private const int ClockOff = 5;
    private const int Minutes = 10;

    /// <summary>The library looks at its file once a second.</summary>
    private static readonly TimeSpan s_jumpIsSeen = TimeSpan.FromSeconds(1.5);

    /// <summary>A silo that lives so long after its jump has served something meanwhile.</summary>
    private static readonly TimeSpan s_longEnough = TimeSpan.FromSeconds(4);
    private const string Folder = "/usr/lib";

    public int Number => 6;

    public string Title => "one silo's clock 10 minutes off";

    public TimeSpan Short => TimeSpan.FromSeconds(1);

    public async Task RunAsync(ChaosRun run)
    {
        run.Report.Require(FindLibrary() is not null, "libfaketime is not installed: apt-get install faketime");
        if (FindLibrary() is null)
            return;

        // A clock that goes back would prolong codes: that one first, and in the long version both.
        for (var (begin, round) = (run.Cluster.Clock.Now, 0); round < (run.IsLong ? 2 : 1) || run.Cluster.Clock.Now - begin < run.Duration; round++)
        {
            var minutes = round % 2 == 0 ? -Minutes : Minutes;
            await Task.WhenAll(WrongFromTheStartAsync(run, round, -minutes), JumpsAsync(run, round, minutes));
        }
    }

    // Debian puts it into the folder of the architecture, others beside it. A search through all of /usr/lib would follow links in circles.
    private static string? FindLibrary() =>
        Directory.Exists(Folder) ? Directory.EnumerateDirectories(Folder).Append(Folder).Select(f => Path.Combine(f, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists) : null;

    private static async Task WrongFromTheStartAsync(ChaosRun run, int round, int minutes)
    {
        await using var silo = run.Cluster.NewSilo($"wrong-clock-{run.Seed}-{round}", Faked($"{minutes * 60:+0;-0}s"));
        var started = silo.StartAsync();
        var ended = await Task.WhenAny(started, Task.Delay(TimeSpan.FromSeconds(90)));
        run.Report.Require(ended == started, $"A silo whose clock is {minutes} minutes off neither came up nor ended in 90 s.");
        run.Report.Require(!started.IsCompletedSuccessfully, $"A silo whose clock is {minutes} minutes off came up.");
        if (started.IsFaulted)
        {
            await WaitForEndAsync(silo);
            run.Report.Require(silo.Process.ExitCode == ClockOff, $"A silo whose clock is {minutes} minutes off ended with code {silo.Process.ExitCode}: {started.Exception!.InnerException!.Message}");
            run.Report.Count("silos refused for their clock");
        }
    }

    private static async Task JumpsAsync(ChaosRun run, int round, int minutes)
    {
        await using var jumping = new Jumping(run, round, minutes);
        try
        {
            await jumping.Silo.StartAsync();
            run.Cluster.Extra = jumping.Silo;
            await run.UnderLoadAsync(8, async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
                run.Say($"the clock of one silo jumps by {minutes} minutes");
                await jumping.JumpAsync(run);
                run.Cluster.Extra = null;

                // Codes of the shortest life that began before the jump end after it.
                await Task.Delay(run.Expiring.Count > 0 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero);
            }, beside: run.Expiring);
            run.Report.Require(run.Report.Counts.GetValueOrDefault("verifications expired") == 0, "Verifications expired long before their time.");
            run.Report.Require(run.Expiring.Count == 0 || run.Report.Counts.GetValueOrDefault("right codes presented after their end") > 0, "No code was presented after its end.");
        }
        finally
        {
            run.Cluster.Extra = null;
        }
    }

    /// <summary>A silo whose clock is set while it serves.</summary>
    private sealed class Jumping : IAsyncDisposable
    {
        private readonly int _minutes;
        private readonly string _file;

        public Jumping(ChaosRun run, int round, int minutes)
        {
            _minutes = minutes;
            _file = Path.Combine(Path.GetTempPath(), $"mv-clock-{run.Seed}-{Environment.ProcessId}-{round}-{minutes}");
            File.WriteAllText(_file, "+0s");
            Silo = run.Cluster.NewSilo($"jumping-clock-{run.Seed}-{round}-{minutes}", Faked(null, _file));
        }

        public ChaosSilo Silo { get; }

        /// <summary>Jumps, and waits for its end.</summary>
        public async Task JumpAsync(ChaosRun run)
        {
            var (front, at) = (Silo.Public!, run.Cluster.Clock.Now);
            run.InFlight.Watch(front, at + s_jumpIsSeen);
            await File.WriteAllTextAsync(_file, $"{_minutes * 60:+0;-0}s");
            run.Report.Count($"clocks that jumped by {_minutes} minutes");
            await WaitForEndAsync(Silo);
            var (lived, served) = (run.Cluster.Clock.Now - at, run.InFlight.Served(front));
            run.Report.Count($"calls served after a jump by {_minutes} minutes", served);
            run.Report.Require(lived < s_longEnough || served > 0, $"A silo whose clock jumped by {_minutes} minutes lived {lived.TotalSeconds:F1} s and served nothing.");
            run.Report.Require(
                Silo.Process.ExitCode == ClockOff, $"A silo whose clock jumped by {_minutes} minutes ended with code {Silo.Process.ExitCode?.ToString() ?? "none"}.\n{Silo.Process.Output}");
        }

        public async ValueTask DisposeAsync()
        {
            await Silo.DisposeAsync();
            File.Delete(_file);
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
