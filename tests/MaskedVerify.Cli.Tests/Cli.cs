using MaskedVerify.Cli.Output;

namespace MaskedVerify.Cli.Tests;

/// <summary>Runs command lines in this process.</summary>
internal static class Cli
{
    public static async Task<Ran> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await new App(new CliConsole(output, error, IsTerminal: false, name => environment?.GetValueOrDefault(name))).RunAsync(args, TestContext.Current.CancellationToken);
        return new Ran(code, output.ToString(), error.ToString());
    }

    public static Task<Ran> RunAsync(params string[] args) => RunAsync(null, args);

    /// <summary>Runs against a server, with a data folder that holds no operator key.</summary>
    public static Task<Ran> AgainstAsync(FakeServer server, params string[] args) =>
        RunAsync(null, [.. args, "--server", server.Address, "--data", Path.Combine(AppContext.BaseDirectory, "no-such-folder")]);

    internal sealed record Ran(int Code, string Out, string Error);
}
