using System.Diagnostics;
using System.Text.Json;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Runs the <c>maskedverify</c> program.</summary>
internal static class Command
{
    /// <summary>Runs a command line against a server, and returns the JSON that it printed.</summary>
    public static async Task<JsonElement> RunAsync(ServerProcess server, TempFolder folder, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Cli, .. args, "--json", "--server", server.Internal, "--data", folder.Data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var command = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var error = command.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await error);
        Assert.Equal(0, command.ExitCode);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }
}
