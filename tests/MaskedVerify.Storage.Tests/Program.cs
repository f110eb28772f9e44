using MaskedVerify.Storage.Tests.Crashes;
using MaskedVerify.Storage.Tests.SqlServer;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace MaskedVerify.Storage.Tests;

/// <summary>The entry point that xunit.v3 would generate, and the victim of the crash tests.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (Environment.GetEnvironmentVariable(CrashWriter.Variable) is { Length: > 0 } folder)
        {
            await CrashWriter.RunAsync(folder);
            return 1;
        }

        return args.Any(arg => arg is "-automated" or "@@")
            ? await ConsoleRunner.Run(args)
            : await TestPlatformTestFramework.RunAsync(SqlServerSuite.Filtered(args), SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }
}
