using System.Reflection;
using System.Text;

namespace MaskedVerify.Front.Configuration;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class FrontHelp
{
    private const int Width = 96;
    private const int Indent = 6;

    /// <summary>The version of the program.</summary>
    public static string Version { get; } =
        typeof(FrontHelp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>The whole help.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine($"MaskedVerify {Version}: verifies phone numbers, and shows everybody else an alias.").AppendLine();
        text.AppendLine("usage: MaskedVerify.Front [switches]        (from the sources: dotnet run --project src/MaskedVerify.Front -- [switches])").AppendLine();
        text.AppendLine("Without switches it makes ./data, a sandbox tenant with a test key, and listens on http://127.0.0.1:8080;").AppendLine("no message leaves the machine. Try it with: maskedverify try").AppendLine();
        foreach (var entry in FrontSwitch.All)
        {
            text.Append("  ").Append(entry.Name).AppendLine(entry.Value is null ? "" : " " + entry.Value);
            Wrap(text, entry.Help);
        }

        text.Append("  --health").AppendLine();
        Wrap(text, "Ask the server that runs with the same settings whether it is ready: exit code 0 when it is, 1 when it is not. For health checks of containers.");
        text.Append("  --help, --version").AppendLine().AppendLine();
        text.AppendLine("Every switch is also an environment variable (--smpp-host is MASKEDVERIFY_SMPP_HOST) and a key of the section \"MaskedVerify\"")
            .AppendLine("in --config FILE. A switch beats a variable, a variable beats the file. Only as variables:")
            .AppendLine("  MASKEDVERIFY_SANDBOX_KEY, MASKEDVERIFY_OPERATOR_KEY, MASKEDVERIFY_OBSERVER_KEY   used instead of")
            .AppendLine("  sandbox.key, operator.key and observer.key in the data folder. The observer's key opens metrics and health details only.").AppendLine();
        text.AppendLine("To send real messages over SMPP (then maskedverify route add names the countries, and maskedverify tenant create --live makes the tenant):")
            .AppendLine("  MaskedVerify.Front --carrier smpp --smpp-host smsc.example.net --smpp-port 2775 --smpp-system-id me \\")
            .AppendLine("                     --smpp-password-file /run/secrets/smpp --allow-local-keys").AppendLine();
        text.AppendLine("Exit codes: 0 stopped, 1 failed, 2 mistakes in switches or configuration, 3 a port is in use, 4 data folder, database or keys unusable,")
            .AppendLine("5 the clock is off from the database's, 6 stopped before everything under way had ended.");
        return text.ToString();
    }

    private static void Wrap(StringBuilder text, string sentence)
    {
        var column = 0;
        foreach (var word in sentence.Split(' '))
        {
            if (column > 0 && column + word.Length + 1 > Width - Indent)
            {
                text.AppendLine();
                column = 0;
            }

            text.Append(column == 0 ? new string(' ', Indent) : " ").Append(word);
            column += word.Length + 1;
        }

        text.AppendLine();
    }
}
