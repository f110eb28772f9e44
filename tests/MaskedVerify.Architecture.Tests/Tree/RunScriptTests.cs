using System.Diagnostics;
using System.Runtime.Versioning;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>The script that runs every test, driven with programs that end as a test says.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RunScriptTests : IDisposable
{
    // Ends its n-th run as the files NAME.n.xml, NAME.n.log and NAME.n.code say, and keeps the seed that it was given.
    private const string Program = """
        #!/usr/bin/env bash
        n=$(($(cat "$0.count" 2>/dev/null || echo 0) + 1)); echo $n >"$0.count"
        while [ $# -gt 0 ]; do case $1 in --report-xunit-xml-filename) file=$2 ;; --results-directory) folder=$2 ;; esac; shift; done
        printf '%s' "${FSCHECK_REPLAY:-}" >"$0.$n.seed"
        cp "$0.$n.xml" "$folder/$file"; cat "$0.$n.log"; exit "$(cat "$0.$n.code")"
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mv-run-").FullName;

    private string Name => Path.Combine(_folder, "Some.Tests");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_WhenAllPass_EndsWithTheCount()
    {
        Run(1, ("Sends_Fast", true), ("Reads_Well", true));

        Assert.Equal((0, "2 passed, 0 failed"), await RunAsync());
    }

    [Fact]
    public async Task Run_WhenATestPassesTheSecondTime_SaysSoWithTheFirstFailure()
    {
        Run(1, ("Sends_Fast", false), ("Reads_Well", true));
        Run(2, ("Sends_Fast", true));

        Assert.Equal((0, "2 passed, 0 failed"), await RunAsync());
        Assert.Contains("passed at the second try: T.Box.Sends_Fast\nfailed T.Box.Sends_Fast (3ms)\n  because of run 1", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenATestFailsTwice_Fails()
    {
        Run(1, ("Sends_Fast", false), ("Reads_Well", true));
        Run(2, ("Sends_Fast", false));

        Assert.Equal((1, "1 passed, 1 failed"), await RunAsync());
        Assert.DoesNotContain("passed at the second try", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kill_UnderLoad_LosesNothing")]
    [InlineData("Check_WhenManyAtOnce_IsAcceptedByOne")]
    [InlineData("Erase_WhenRepeated_IsNotFound")]
    [InlineData("Key_WhenUsedTwice_HasOneEffect")]
    [InlineData("Event_IsInTheAuditLog")]
    public async Task Run_WhenWhatMustNeverFailDoes_HasNoSecondTry(string test)
    {
        Run(1, (test, false));
        Run(2, (test, true));

        Assert.Equal((1, "0 passed, 1 failed"), await RunAsync());
        Assert.Contains($"no second try for T.Box.{test}", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenFourFail_HasNoSecondTries()
    {
        Run(1, ("A", false), ("B", false), ("C", false), ("D", false));

        Assert.Equal((1, "0 passed, 4 failed"), await RunAsync());
        Assert.Equal("1", (await File.ReadAllTextAsync(Name + ".count", TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Run_WhenAPropertyFails_TriesItsFailingInput()
    {
        Run(1, "Falsifiable, after 72 tests (3 shrinks) (12,10).\n  Replay directly at failing step with (1095,154,72).", ("Holds_Always", false));
        Run(2, ("Holds_Always", true));

        Assert.Equal((0, "1 passed, 0 failed"), await RunAsync());
        Assert.Equal("(1095,154,72)", await File.ReadAllTextAsync(Name + ".2.seed", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_WhenAFailedPropertyTellsNoSeed_HasNoSecondTry()
    {
        Run(1, "Falsifiable, after 72 tests", ("Holds_Always", false));

        Assert.Equal((1, "0 passed, 1 failed"), await RunAsync());
    }

    [Fact]
    public async Task Run_WhenAProgramEndsWithoutAReport_Fails()
    {
        Run(1, ("Sends_Fast", true));
        File.Delete(Name + ".1.xml");

        Assert.Equal(1, (await RunAsync()).Code);
        Assert.Contains("ended without a result", Output, StringComparison.Ordinal);
    }

    private string Output { get; set; } = "";

    private void Run(int run, params (string Test, bool Passes)[] tests) => Run(run, $"because of run {run}", tests);

    private void Run(int run, string why, params (string Test, bool Passes)[] tests)
    {
        var failed = tests.Count(t => !t.Passes);
        var rows = tests.Select(t => $"""<test id="1" name="T.Box.{t.Test}" result="{(t.Passes ? "Pass" : "Fail")}" time="0.1" type="T.Box" method="{t.Test}" />""");
        File.WriteAllText($"{Name}.{run}.xml", $"""<assemblies><assembly name="x" errors="0" failed="{failed}" passed="{tests.Length - failed}" total="{tests.Length}">{string.Concat(rows)}</assembly></assemblies>""");
        File.WriteAllText($"{Name}.{run}.log", string.Concat(tests.Where(t => !t.Passes).Select(t => $"failed T.Box.{t.Test} (3ms)\n  {why}\n")) + "\nTest run summary: of no matter\n");
        File.WriteAllText($"{Name}.{run}.code", failed == 0 ? "0" : "2");
    }

    private async Task<(int Code, string Summary)> RunAsync()
    {
        await File.WriteAllTextAsync(Name, Program);
        File.SetUnixFileMode(Name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var info = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "tests", "run.sh"), "--no-build"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        info.Environment["TEST_PROGRAMS"] = _folder;
        info.Environment["TEST_RESULTS"] = Path.Combine(_folder, "results");
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        Output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, Output.TrimEnd().Split('\n')[^1]);
    }
}
