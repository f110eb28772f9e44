using MaskedVerify.Front;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>The server's program in this process, for a start that is refused. That a process of it ends the same way is shown once for each exit code.</summary>
internal static class RefusedStart
{
    // Ends only a test whose server came up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Exit code and what it would have written on standard error.</summary>
    public static async Task<(int Code, string Error)> RunAsync(params string[] switches)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await FrontServer.RunAsync(switches, output, error).WaitAsync(s_limit);
        Assert.DoesNotContain("   at ", output.ToString() + error, StringComparison.Ordinal);
        return (code, error.ToString());
    }
}
