using System.Diagnostics;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>Runs lines the way a reader of the terminal does.</summary>
internal static class Bash
{
    /// <summary>What the lines print; fails when one of them fails.</summary>
    public static async Task<string> RunAsync(string script)
    {
        var info = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var arg in new[] { "-euo", "pipefail", "-c", script })
            info.ArgumentList.Add(arg);
        info.Environment["no_proxy"] = "127.0.0.1";
        using var bash = Process.Start(info)!;
        var error = bash.StandardError.ReadToEndAsync();
        var text = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, $"exit code {bash.ExitCode}\n{text}\n{await error}");
        return text;
    }
}
