using System.CommandLine;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Trials;

/// <summary><c>maskedverify try</c></summary>
internal static class TryCommand
{
    /// <summary>Public port of a server on this machine.</summary>
    public const string DefaultServer = "http://127.0.0.1:8080";

    private const string KeyVariable = "MASKEDVERIFY_SANDBOX_KEY";
    private const string KeyFile = "sandbox.key";

    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var number = new Argument<string>("number")
        {
            Description = "A number of the sandbox; its last two digits choose what happens (the list: GET /sandbox/numbers).",
            DefaultValueFactory = _ => "+12025550100",
        };
        var address = new Option<string>("--public") { Description = $"Public address of the server (default: {DefaultServer}).", HelpName = "URL", DefaultValueFactory = _ => DefaultServer };
        var command = new Command("try", "Verify a number in the sandbox of a running server, step by step. No message leaves the machine.") { number, address };
        examples.Add(command, "maskedverify try\nmaskedverify try +12025550103        # a number that the carrier rejects\nmaskedverify try --json");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var at = ServerOptions.AddressOf(parsed.GetValue(address), DefaultServer);
            var (key, from) = FindKey(server.Data(parsed), console.Environment);
            using var client = new ApiClient(at, key);
            var trial = new Trial(client, console, server.Json(parsed));
            trial.Say($"Server {at.GetLeftPart(UriPartial.Authority)}, sandbox key from {from}: nothing is really sent.");
            return await trial.RunAsync(parsed.GetValue(number) ?? string.Empty, cancellationToken);
        });
        return command;
    }

    private static (string Key, string From) FindKey(string data, Func<string, string?> environment)
    {
        if (environment(KeyVariable)?.Trim() is { Length: > 0 } text)
        {
            return (text, KeyVariable);
        }

        var file = Path.Combine(data, KeyFile);
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } key ? (key, file) : throw new CliException(ExitCodes.NotAllowed, $"The file {file} is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.NotAllowed,
                $"There is no sandbox key in {file}.",
                "A server writes it into its data folder at the first start: dotnet run --project src/MaskedVerify.Front   (the first time it takes a minute or two)",
                $"For a server with another folder use --data DIR, or put the key into {KeyVariable}.");
        }
    }
}
