using System.Globalization;
using MaskedVerify.Cli.Keys;
using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using Spectre.Console;

namespace MaskedVerify.Cli.Tenants;

/// <summary>Tenants for people.</summary>
internal static class TenantTables
{
    public static void WriteList(CliConsole console, IReadOnlyList<TenantDocument> tenants)
    {
        if (tenants.Count == 0)
        {
            console.WriteLine("There is no tenant yet. Create one with: maskedverify tenant create NAME");
            return;
        }

        var table = new Table().AddColumns("Tenant", "Name", "Kind", "State", "Keys in force", "Version");
        foreach (var tenant in tenants)
        {
            table.AddRow(
                tenant.Id,
                Show.Text(tenant.Name),
                tenant.Live ? "live" : "sandbox",
                tenant.Frozen ? "FROZEN" : "working",
                tenant.Keys.Count(k => k.RevokedAt is null).ToString(CultureInfo.InvariantCulture),
                tenant.Version.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }

    public static void WriteOne(CliConsole console, TenantDocument tenant)
    {
        var table = new Table().AddColumns("Member", "Value")
            .AddRow("id", tenant.Id)
            .AddRow("name", Show.Text(tenant.Name))
            .AddRow("kind", tenant.Live ? "live" : "sandbox")
            .AddRow("state", tenant.Frozen ? "FROZEN" : "working")
            .AddRow("version", tenant.Version.ToString(CultureInfo.InvariantCulture));
        foreach (var member in tenant.Policy.EnumerateObject())
        {
            table.AddRow(Show.Text(member.Name), Show.Json(member.Value));
        }

        console.Write(table);
        KeyTables.Write(console, tenant.Keys);
    }
}
