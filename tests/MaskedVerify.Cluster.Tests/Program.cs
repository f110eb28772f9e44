using MaskedVerify.Cluster.Tests.Chaos.Running;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace MaskedVerify.Cluster.Tests;

/// <summary>The entry point that xunit.v3 would generate, and the long chaos run.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["chaos", ..])
            return await ChaosProgram.RunAsync(args[1..]);

        return args.Any(arg => arg is "-automated" or "@@")
            ? await ConsoleRunner.Run(args)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }
}
