using MaskedVerify.Cli.Output;
using MaskedVerify.Cli.Server;
using Spectre.Console;

namespace MaskedVerify.Cli.Keys;

/// <summary>API keys for people.</summary>
internal static class KeyTables
{
    public static void Write(CliConsole console, IReadOnlyList<KeyDocument> keys)
    {
        if (keys.Count == 0)
        {
            console.WriteLine("The tenant has no API key yet. Create one with: maskedverify key create TENANT");
            return;
        }

        var table = new Table().AddColumns("Key", "Label", "Created", "Expires", "Revoked");
        foreach (var key in keys)
        {
            table.AddRow(key.KeyId, Show.Text(key.Label), Show.Time(key.CreatedAt), Show.Time(key.ExpiresAt), Show.Time(key.RevokedAt));
        }

        console.Write(table);
    }
}
