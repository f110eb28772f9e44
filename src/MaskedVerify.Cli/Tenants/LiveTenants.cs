using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Tenants;

/// <summary>Says beforehand what a live tenant would run into.</summary>
internal static class LiveTenants
{
    /// <summary>Warns on standard error when the server refuses every request of live tenants.</summary>
    public static async Task WarnAsync(AdminClient client, CliConsole console, CancellationToken cancellationToken)
    {
        if (!(await client.GetAsync<StatusDocument>("status", cancellationToken)).Value.LiveTenantsAllowed)
            console.Error.WriteLine("maskedverify: warning: this server refuses live tenants (403): its root key is a file on its machine. Start it with --allow-local-keys to serve them all the same.");
    }
}
