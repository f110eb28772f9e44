using System.CommandLine;
using System.Text.Json.Nodes;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Tenants;

/// <summary><c>maskedverify tenant …</c></summary>
internal static class TenantCommands
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var tenant = new Command("tenant", "Customers: create, list, show, change, freeze and thaw them.")
        {
            Create(server, console, examples), List(server, console, examples), Show(server, console), Change(server, console, examples),
            Switch("freeze", "Refuse every request of a tenant, on every server within 5 s.", server, console),
            Switch("thaw", "Let a frozen tenant work again.", server, console),
        };
        examples.Add(
            tenant,
            """
            maskedverify tenant create "Acme shop"                      sandbox: no message leaves
            maskedverify tenant create "Acme shop" --live --country DE  sends over real carriers
            maskedverify tenant list
            maskedverify tenant freeze "Acme shop"
            """);
        return tenant;
    }

    private static Command Create(ServerOptions server, CliConsole console, Examples examples)
    {
        var name = new Argument<string>("name") { Description = "A label for operators, 1-64 characters, without personal data (a phone number is refused); no two tenants have the same." };
        var live = new Option<bool>("--live") { Description = "Messages leave through real carriers. Without it the tenant reaches the sandbox only." };
        var country = new Option<string[]>("--country")
        {
            Description = "Country that may be sent to (two letters of ISO 3166-1: GB, not UK), or * for all; may be repeated. A live tenant reaches none unless told.",
            HelpName = "CC",
        };
        var policy = PolicyOption();
        var command = new Command("create", "Create a tenant.") { name, live, country, policy };
        examples.Add(
            command,
            $"""
            maskedverify tenant create "Acme shop" --live --country DE --country FR
            maskedverify tenant create staging --policy codeLength=8 --policy ttlSeconds=120

            Members of a policy (name=value, defaults in brackets):
            {PolicyMembers.Help}
            """);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var members = PolicyMembers.Parse(parsed.GetValue(policy) ?? []);
            AddCountries(members, parsed.GetValue(country) ?? []);
            var body = new { name = parsed.GetValue(name), live = parsed.GetValue(live), policy = members };
            using var client = server.Connect(parsed);
            var answer = await client.PostAsync<TenantDocument>("tenants", body, cancellationToken);
            if (answer.Value.Live)
                await LiveTenants.WarnAsync(client, console, cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
                return ExitCodes.Ok;
            }

            console.WriteLine($"Created tenant {answer.Value.Id} ({(answer.Value.Live ? "live" : "sandbox")}).");
            console.WriteLine($"Next, an API key for it: maskedverify key create {answer.Value.Id}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(ServerOptions server, CliConsole console, Examples examples)
    {
        var command = new Command("list", "List all tenants.");
        examples.Add(command, "maskedverify tenant list\nmaskedverify --json tenant list");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var answer = await client.GetAsync<TenantList>("tenants", cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
            }
            else
            {
                TenantTables.WriteList(console, answer.Value.Tenants);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(ServerOptions server, CliConsole console)
    {
        var tenant = TenantArgument();
        var command = new Command("show", "Show one tenant with its policy and keys.") { tenant };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            return Write(server, console, parsed, await client.GetAsync<TenantDocument>($"tenants/{Uri.EscapeDataString(id)}", cancellationToken));
        });
        return command;
    }

    private static Command Change(ServerOptions server, CliConsole console, Examples examples)
    {
        var tenant = TenantArgument();
        var pairs = new Argument<string[]>("name=value") { Description = "Members of the policy to replace; the others stay.", Arity = ArgumentArity.OneOrMore };
        var version = new Option<long?>("--if-version") { Description = "Change only if the tenant still has this version.", HelpName = "N" };
        var command = new Command("change", "Change the policy of a tenant.") { tenant, pairs, version };
        examples.Add(
            command,
            $"""
            maskedverify tenant change "Acme shop" countries=DE,FR,ES sendsPerHour=8

            Members of a policy (name=value, defaults in brackets):
            {PolicyMembers.Help}
            """);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var policy = PolicyMembers.Parse(parsed.GetValue(pairs)!);
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            var body = new { policy, expectedVersion = parsed.GetValue(version) };
            return Write(server, console, parsed, await client.PatchAsync<TenantDocument>($"tenants/{Uri.EscapeDataString(id)}/policy", body, cancellationToken));
        });
        return command;
    }

    private static Command Switch(string verb, string description, ServerOptions server, CliConsole console)
    {
        var tenant = TenantArgument();
        var command = new Command(verb, description) { tenant };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var id = await client.ResolveTenantAsync(parsed.GetValue(tenant)!, cancellationToken);
            var answer = await client.PostAsync<TenantDocument>($"tenants/{Uri.EscapeDataString(id)}/{verb}", null, cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
            }
            else
            {
                console.WriteLine($"Tenant {answer.Value.Id} is {(answer.Value.Frozen ? "frozen" : "thawed")}; every server follows within 5 s.");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static int Write(ServerOptions server, CliConsole console, ParseResult parsed, Answer<TenantDocument> answer)
    {
        if (server.Json(parsed))
        {
            console.WriteJson(answer.Json);
        }
        else
        {
            TenantTables.WriteOne(console, answer.Value);
        }

        return ExitCodes.Ok;
    }

    private static void AddCountries(JsonObject policy, string[] countries)
    {
        if (countries.Length == 0)
        {
            return;
        }

        var all = (policy["countries"]?.AsArray() ?? []).Select(c => c!.ToString()).Concat(countries.Select(c => c.ToUpperInvariant())).Distinct(StringComparer.Ordinal);
        policy["countries"] = new JsonArray([.. all.Select(c => (JsonNode)c)]);
    }

    private static Argument<string> TenantArgument() => new("tenant") { Description = "Id (tn-…) or exact name of the tenant." };

    private static Option<string[]> PolicyOption() => new("--policy")
    {
        Description = "A member of the policy that differs from its default; may be repeated.",
        HelpName = "name=value",
        AllowMultipleArgumentsPerToken = true,
    };
}
