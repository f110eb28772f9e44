using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>Runs a program and returns how it ended.</summary>
internal static class Tool
{
    /// <summary>Output and error text of a program that ends by itself.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, string? directory = null, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
            UseShellExecute = false,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>A file or folder of <c>deploy/</c>.</summary>
    public static string Deploy(params string[] path) => Path.Combine([Path.GetDirectoryName(Path.GetDirectoryName(BuiltProgram.ServerProject))!, "deploy", .. path]);
}
