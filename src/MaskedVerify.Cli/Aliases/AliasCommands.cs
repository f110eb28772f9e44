using System.CommandLine;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Aliases;

/// <summary><c>maskedverify alias …</c></summary>
internal static class AliasCommands
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var alias = new Command("alias", "What wrong codes have brought upon a person, by alias: show it, lift a pause. Never by number.")
        {
            Checks(server, console, examples), Unpause(server, console, examples),
        };
        examples.Add(
            alias,
            """
            maskedverify alias checks "Acme shop" pa-…                  wrong codes and waits of an alias
            maskedverify alias unpause "Acme shop" pa-…                 lift the waits of all its channels
            maskedverify alias unpause "Acme shop" pa-… --channel sms   of one
            """);
        return alias;
    }

    private static Command Checks(ServerOptions server, CliConsole console, Examples examples)
    {
        var (tenant, alias) = (TenantArgument(), AliasArgument());
        var command = new Command("checks", "Show the wrong codes of an alias, and how long its checks have to wait.") { tenant, alias };
        examples.Add(command, "maskedverify alias checks \"Acme shop\" pa-…\nmaskedverify --json alias checks tn-… pa-…");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var path = await PathAsync(client, parsed.GetValue(tenant)!, parsed.GetValue(alias)!, cancellationToken);
            return Write(server, console, parsed, await client.GetAsync<AliasChecksDocument>(path + "/checks", cancellationToken));
        });
        return command;
    }

    private static Command Unpause(ServerOptions server, CliConsole console, Examples examples)
    {
        var (tenant, alias) = (TenantArgument(), AliasArgument());
        var channel = new Option<string?>("--channel") { Description = "sms or voice (default: all channels).", HelpName = "CHANNEL" };
        channel.AcceptOnlyFromAmong("sms", "voice");
        var command = new Command(
            "unpause",
            "Lift the wait that wrong codes in a row have brought upon a channel. The alias' wrong codes of the day stay counted: its daily limit holds on.") { tenant, alias, channel };
        examples.Add(command, "maskedverify alias unpause \"Acme shop\" pa-… --channel sms");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var path = await PathAsync(client, parsed.GetValue(tenant)!, parsed.GetValue(alias)!, cancellationToken);
            return Write(server, console, parsed, await client.PostAsync<AliasChecksDocument>(path + "/unpause", new { channel = parsed.GetValue(channel) }, cancellationToken));
        });
        return command;
    }

    private static async Task<string> PathAsync(AdminClient client, string tenant, string alias, CancellationToken cancellationToken)
    {
        if (!alias.StartsWith("pa-", StringComparison.Ordinal))
        {
            // Not repeated: it may be a number.
            throw new CliException(ExitCodes.Usage, "That is not an alias: it begins with pa-. A number is never given here.", "An alias stands in every answer about a verification.");
        }

        var id = await client.ResolveTenantAsync(tenant, cancellationToken);
        return $"tenants/{Uri.EscapeDataString(id)}/aliases/{Uri.EscapeDataString(alias)}";
    }

    private static int Write(ServerOptions server, CliConsole console, ParseResult parsed, Answer<AliasChecksDocument> answer)
    {
        if (server.Json(parsed))
        {
            console.WriteJson(answer.Json);
        }
        else
        {
            AliasTables.Write(console, answer.Value);
        }

        return ExitCodes.Ok;
    }

    private static Argument<string> TenantArgument() => new("tenant") { Description = "Id (tn-…) or exact name of the tenant." };

    private static Argument<string> AliasArgument() => new("alias") { Description = "The alias (pa-…), as in every answer about a verification." };
}
