using System.CommandLine;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using MaskedVerify.Cli.Tenants;

namespace MaskedVerify.Cli.Keys;

/// <summary><c>maskedverify key …</c></summary>
internal static class KeyCommands
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var key = new Command("key", "API keys of a tenant: create, list and revoke them.")
        {
            Create(server, console, examples), List(server, console), Revoke(server, console),
        };
        examples.Add(
            key,
            """
            maskedverify key create "Acme shop" --label production
            maskedverify key list "Acme shop"
            maskedverify key revoke "Acme shop" 0123456789abc
            """);
        return key;
    }

    private static Command Create(ServerOptions server, CliConsole console, Examples examples)
    {
        var tenant = TenantArgument();
        var label = new Option<string>("--label") { Description = "What it is for, 1-64 characters; a phone number is refused.", HelpName = "TEXT", DefaultValueFactory = _ => "default" };
        var expires = new Option<DateTimeOffset?>("--expires-at") { Description = "When it stops working, for example 2027-01-31T00:00:00Z (default: never).", HelpName = "TIME" };
        var command = new Command("create", "Create an API key. Its text is shown this once: only a hash of it is kept.") { tenant, label, expires };
        examples.Add(command, "maskedverify key create \"Acme shop\" --label production\nmaskedverify --json key create tn-… | jq -r .key > acme.key");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            var body = new { label = parsed.GetValue(label), expiresAt = parsed.GetValue(expires) };
            var answer = await client.PostAsync<NewKeyDocument>($"tenants/{Uri.EscapeDataString(id)}/keys", body, cancellationToken);
            if (answer.Value.Key.StartsWith("mv_live_", StringComparison.Ordinal))
                await LiveTenants.WarnAsync(client, console, cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
                return ExitCodes.Ok;
            }

            console.WriteLine($"Created key {answer.Value.KeyId} of tenant {id}. Keep its text now, it is not shown again:");
            console.WriteLine();
            console.WriteLine(answer.Value.Key);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(ServerOptions server, CliConsole console)
    {
        var tenant = TenantArgument();
        var command = new Command("list", "List the API keys of a tenant.") { tenant };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            var answer = await client.GetAsync<KeyList>($"tenants/{Uri.EscapeDataString(id)}/keys", cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
            }
            else
            {
                KeyTables.Write(console, answer.Value.Keys);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Revoke(ServerOptions server, CliConsole console)
    {
        var tenant = TenantArgument();
        var key = new Argument<string>("key") { Description = "Id of the key: the 13 characters after mv_live_ or mv_test_." };
        var command = new Command("revoke", "Revoke an API key for ever, on every server within 5 s.") { tenant, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            var path = $"tenants/{Uri.EscapeDataString(id)}/keys/{Uri.EscapeDataString(parsed.GetValue(key)!)}/revoke";
            var answer = await client.PostAsync<KeyDocument>(path, null, cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
            }
            else
            {
                console.WriteLine($"Key {answer.Value.KeyId} is revoked; every server follows within 5 s.");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> TenantArgument() => new("tenant") { Description = "Id (tn-…) or exact name of the tenant." };
}
