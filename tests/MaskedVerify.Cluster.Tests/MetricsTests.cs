using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests;

/// <summary>
/// What Prometheus gets. In a process of its own, because OpenTelemetry merges meters of one name in a process: with several servers in one, the end of one
/// server would silence the metrics of the others.
/// </summary>
[Collection(FirstServer.Name)]
public sealed class MetricsTests(FirstServer first)
{
    private static readonly string[] Meters =
        ["maskedverify_problems_total", "maskedverify_storage_rows_written_total", "http_server_request_duration_seconds", "orleans_", "dotnet_"];

    [Fact]
    public async Task Metrics_AfterAVerificationAndAProblem_HaveEveryMeterAndNoTenantAliasOrNumber()
    {
        var server = first.Process;
        using var api = new Api(server);
        var started = await api.StartAsync(Numbers.Next());
        Assert.Equal(200, (await api.CheckAsync(started.Id, (await api.CodeAsync(started.Alias))!)).Status);
        Assert.Equal(404, await api.StatusOfAsync("/v1/verifications/vf-none"));

        using var scraper = new HttpClient { BaseAddress = new Uri(server.Internal) };
        var text = "";

        // A scrape is shared for a moment, so the first one may be from before.
        await Eventually.TrueAsync(
            async () => Array.TrueForAll(Meters, (text = await scraper.GetStringAsync("/metrics")).Contains),
            "every meter shows");

        // Read by walking a cache, each second: not to be had.
        Assert.DoesNotContain("orleans_directory_cache_size", text, StringComparison.Ordinal);
        foreach (var id in new[] { "tn-", "pa-", "vf-" })
            Assert.DoesNotContain(id, text, StringComparison.Ordinal);
        server.Leaks.Inspect("metrics", text);
    }
}
