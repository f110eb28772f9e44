using System.Net;
using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// <c>--health</c>: asks the server that runs with the same configuration whether it is ready, for health checks of containers that have neither a shell nor curl.
/// </summary>
internal static class HealthProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <summary>Asks on the internal port, which every role has. Prints one line; returns 0 when the server is ready, else 1.</summary>
    public static async Task<int> RunAsync(FrontOptions options, TextWriter output, TextWriter error)
    {
        if (options.InternalEndpoint.Port == 0)
        {
            await error.WriteLineAsync("--health cannot know a port that the server chose itself: give the same --internal-port to both.");
            return ExitCodes.Misconfigured;
        }

        var address = ServerInfo.Reachable(options.InternalEndpoint);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address), Timeout = s_patience };
            using var response = await http.GetAsync("/health/ready");
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await output.WriteLineAsync("ready");
                return ExitCodes.Ok;
            }

            await error.WriteLineAsync($"Not ready: {address}/health/ready answers {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"Not ready: nothing answers at {address}/health/ready within {s_patience.TotalSeconds:0} s.");
        }

        return ExitCodes.Failed;
    }
}
