using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using Spectre.Console;

namespace MaskedVerify.Cli.Routes;

/// <summary><c>maskedverify route …</c></summary>
internal static class RouteCommands
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var route = new Command("route", "Ways to carriers: list, add and replace them. Nothing leaves over a carrier before a route names it.")
        {
            List(server, console), RouteAddCommand.Build(server, console, examples), Replace(server, console, examples),
        };
        examples.Add(
            route,
            """
            maskedverify route list
            maskedverify route add smpp-de --carrier smpp --country DE
            maskedverify --json route list > routes.json     edit it, then
            maskedverify route replace routes.json
            """);
        return route;
    }

    private static Command List(ServerOptions server, CliConsole console)
    {
        var command = new Command("list", "List the routes with how their messages ended.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            return Write(server, console, parsed, await client.GetAsync<RouteList>("routes", cancellationToken));
        });
        return command;
    }

    private static Command Replace(ServerOptions server, CliConsole console, Examples examples)
    {
        var file = new Argument<string>("file") { Description = "JSON with version and routes, as --json route list prints it; - reads standard input." };
        var command = new Command("replace", "Replace all routes, unless somebody changed them in between.") { file };
        examples.Add(
            command,
            """
            maskedverify route replace routes.json

            routes.json, where version is the one that was read:
              { "version": 1, "routes": [
                  { "route": "sandbox-sms", "carrier": "sandbox", "sandbox": true },
                  { "route": "smpp-de", "carrier": "smpp", "countries": ["DE"], "channel": "sms", "priority": 10, "sender": "ACME" } ] }
            """);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = await ReadAsync(parsed.GetValue(file)!, cancellationToken);
            using var client = server.Connect(parsed);
            return Write(server, console, parsed, await client.PutAsync<RouteList>("routes", body, cancellationToken));
        });
        return command;
    }

    // The file may be what "route list" printed: its outcomes are not sent back.
    private static async Task<object> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var text = file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
            var json = JsonSerializer.Deserialize<JsonElement>(text);
            return new { version = json.GetProperty("version"), routes = json.GetProperty("routes") };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, $"{file} cannot be read: {exception.Message}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.Usage, $"{file} is not JSON with \"version\" and \"routes\".", "See: maskedverify route replace --help");
        }
    }

    /// <summary>Writes the routes as they are now.</summary>
    public static int Write(ServerOptions server, CliConsole console, ParseResult parsed, Answer<RouteList> answer)
    {
        if (server.Json(parsed))
        {
            console.WriteJson(answer.Json);
            return ExitCodes.Ok;
        }

        var table = new Table().Title($"Routes, version {answer.Value.Version}")
            .AddColumns("Route", "Carrier", "Channel", "Countries", "Priority", "For", "State", "Sender", "Outcomes");
        foreach (var route in answer.Value.Routes.OrderBy(r => r.Priority))
        {
            var outcomes = answer.Value.Outcomes.Where(o => o.Route == route.Route).GroupBy(o => o.Outcome).Select(g => $"{g.Sum(o => o.Count)} {g.Key}");
            table.AddRow(
                Show.Text(route.Route),
                Show.Text(route.Carrier),
                Show.Text(route.Channel),
                Show.Text(string.Join(',', route.Countries)),
                route.Priority.ToString(CultureInfo.InvariantCulture),
                route.Sandbox ? "sandbox tenants" : "live tenants",
                route.Enabled ? "on" : "OFF",
                Show.Text(route.Sender),
                Show.Text(string.Join(", ", outcomes)));
        }

        console.Write(table);
        return ExitCodes.Ok;
    }
}
