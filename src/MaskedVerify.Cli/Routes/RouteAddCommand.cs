using System.CommandLine;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Routes;

/// <summary><c>maskedverify route add</c>: one more route; the others stay as they are.</summary>
internal static class RouteAddCommand
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var name = new Argument<string>("name") { Description = "Name of the route: 1-48 of a-z, 0-9 and -." };
        var carrier = new Option<string>("--carrier") { Description = "Who carries it: a carrier that \"maskedverify status\" shows.", Required = true, HelpName = "NAME" };
        var country = new Option<string[]>("--country") { Description = "Country that it leads to (two letters), or * for all; may be repeated.", Required = true, HelpName = "CC" };
        var channel = new Option<string>("--channel") { Description = "sms or voice.", DefaultValueFactory = _ => "sms" };
        channel.AcceptOnlyFromAmong("sms", "voice");
        var priority = new Option<int>("--priority") { Description = "0 to 1000; of routes to one country the smaller goes first, and equal ones share the messages by how well they do.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var sender = new Option<string?>("--sender") { Description = "Sender that the message shows; the carrier's own unless given.", HelpName = "TEXT" };
        var command = new Command("add", "Add a route for live tenants.") { name, carrier, country, channel, priority, sender };
        examples.Add(
            command,
            """
            maskedverify route add smpp-de --carrier smpp --country DE
            maskedverify route add smpp-dach --carrier smpp --country DE --country AT --country CH --priority 10 --sender ACME
            """);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var now = await client.GetAsync<RouteList>("routes", cancellationToken);
            var route = new
            {
                route = parsed.GetValue(name),
                carrier = parsed.GetValue(carrier),
                countries = parsed.GetValue(country)!.Select(c => c.ToUpperInvariant()).Distinct(StringComparer.Ordinal),
                channel = parsed.GetValue(channel),
                priority = parsed.GetValue(priority),
                sender = parsed.GetValue(sender),
            };

            // The version refuses it when somebody changed the routes in between.
            var body = new { version = now.Json.GetProperty("version"), routes = now.Json.GetProperty("routes").EnumerateArray().Cast<object>().Append(route) };
            return RouteCommands.Write(server, console, parsed, await client.PutAsync<RouteList>("routes", body, cancellationToken));
        });
        return command;
    }
}
