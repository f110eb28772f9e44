using System.CommandLine;
using System.Globalization;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using Spectre.Console;

namespace MaskedVerify.Cli.Status;

/// <summary><c>maskedverify status</c></summary>
internal static class StatusCommand
{
    public static Command Build(ServerOptions server, CliConsole console, Examples examples)
    {
        var command = new Command("status", "One look at a running server: version, key service, carriers.");
        examples.Add(command, "maskedverify status\nmaskedverify status --server http://127.0.0.1:9081");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Connect(parsed);
            var answer = await client.GetAsync<StatusDocument>("status", cancellationToken);
            if (server.Json(parsed))
            {
                console.WriteJson(answer.Json);
                return ExitCodes.Ok;
            }

            var status = answer.Value;
            console.Write(new Table().AddColumns("Server", "")
                .AddRow("version", Show.Text(status.Version))
                .AddRow("up for", TimeSpan.FromSeconds(status.UptimeSeconds).ToString("g", CultureInfo.InvariantCulture))
                .AddRow("key service", $"{Show.Text(status.KeyService)}, live tenants {(status.LiveTenantsAllowed ? "served" : "refused (start the server with --allow-local-keys)")}")
                .AddRow("tenants", $"{status.Tenants}, read at {Show.Time(status.TenantsFreshAt)}"));
            var carriers = new Table().AddColumns("Carrier", "Channels", "Ready", "Status");
            foreach (var carrier in status.Carriers)
            {
                carriers.AddRow(Show.Text(carrier.Carrier), string.Join(',', carrier.Channels), Show.YesNo(carrier.Ready), Show.Text(carrier.Status));
            }

            console.Write(carriers);
            return ExitCodes.Ok;
        });
        return command;
    }
}
