using System.Reflection;

namespace MaskedVerify.Front.Configuration;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class FrontHelp
{
    /// <summary>The version of the program.</summary>
    public static string Version { get; } =
        typeof(FrontHelp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>What stands above the switches.</summary>
    public static string Summary { get; } =
        $"""
        MaskedVerify {Version}: verifies phone numbers, and shows everybody else an alias.

        Without switches it makes ./data, a sandbox tenant with a test key, and listens on http://127.0.0.1:8080;
        no message leaves the machine. Try it with: maskedverify try
        From the sources: dotnet run --project src/MaskedVerify.Front -- [options]
        """;

    /// <summary>Writes the whole help.</summary>
    public static void Write(TextWriter output)
    {
        FrontCommandLine.WriteHelp(output);
        output.WriteLine(
            """
            Every switch is also an environment variable (--smpp-host is MASKEDVERIFY_SMPP_HOST) and a key of the section "MaskedVerify"
            in --config FILE. A switch beats a variable, a variable beats the file. Only as variables:
              MASKEDVERIFY_SANDBOX_KEY, MASKEDVERIFY_OPERATOR_KEY, MASKEDVERIFY_OBSERVER_KEY   used instead of
              sandbox.key, operator.key and observer.key in the data folder. The observer's key opens metrics and health details only.

            To send real messages over SMPP (then maskedverify route add names the countries, and maskedverify tenant create --live makes the tenant):
              MaskedVerify.Front --carrier smpp --smpp-host smsc.example.net --smpp-port 2775 --smpp-system-id me \
                                 --smpp-password-file /run/secrets/smpp --allow-local-keys

            Exit codes: 0 stopped, 1 failed, 2 mistakes in switches or configuration, 3 a port is in use, 4 data folder, database or keys unusable,
            5 the clock is off from the database's, 6 stopped before everything under way had ended.
            """);
    }
}
