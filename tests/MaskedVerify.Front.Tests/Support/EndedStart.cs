namespace MaskedVerify.Front.Tests.Support;

/// <summary>How the program ended by itself, run in this process: what a process prints and its exit code, without the cost of one.</summary>
internal sealed record EndedStart(int Code, string Output, string Error)
{
    // Ends only a test whose server came up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static async Task<EndedStart> OfAsync(params string[] switches)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await FrontServer.RunAsync(switches, output, error).WaitAsync(s_limit);
        return new EndedStart(code, output.ToString(), error.ToString());
    }
}
