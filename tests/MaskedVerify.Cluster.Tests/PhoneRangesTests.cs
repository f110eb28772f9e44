using System.Net.Http.Headers;
using System.Net.Http.Json;
using MaskedVerify.Cluster.Tests.Operations;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests;

/// <summary>The operator's file of number ranges: read at start, and the same on every silo of a cluster.</summary>
public sealed class PhoneRangesTests
{
    private static string Example => Tool.Deploy("phone-ranges.example.json");

    [Fact]
    public async Task Start_WithAFileThatIsWrong_TellsEveryMistakeAndEnds()
    {
        using var folder = new TempFolder();
        var file = folder.File("ranges.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Example, TestContext.Current.CancellationToken)).Replace("\"US\"", "\"UK\"", StringComparison.Ordinal)
            .Replace("2024-03-01", "soon", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (code, error) = await RefusedStart.RunAsync("--data", folder.Data, "--phone-ranges", file, "--internal-port", "x");

        Assert.Equal(2, code);
        Assert.Contains("country: UK is not the code of a country: write GB.", error, StringComparison.Ordinal);
        Assert.Contains("since must be the day", error, StringComparison.Ordinal);
        Assert.Contains("--internal-port", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_WithAnotherFileThanItsCluster_IsNotReady_AndTheOthersGoOn()
    {
        await using var silos = await RoleSilos.CreateAsync();
        var vault = await silos.StartVaultAsync(more: ["--phone-ranges", Example]);
        var front = await silos.StartFrontAsync("--phone-ranges", Example);
        await ReadyAsync(silos, front);

        var without = await silos.StartVaultAsync();
        await Eventually.TrueAsync(
            async () => await HealthAsync(silos, without) is (503, var text) && text.Contains("are not those of the cluster", StringComparison.Ordinal) && text.Contains("--phone-ranges", StringComparison.Ordinal),
            "the silo without the file is kept out");
        Assert.Equal(200, (await HealthAsync(silos, vault)).Status);
        Assert.Equal(200, (await HealthAsync(silos, front)).Status);
        Assert.Equal(0, await without.TerminateAsync());

        var with = await silos.StartVaultAsync(more: ["--phone-ranges", Example]);
        await ReadyAsync(silos, with);

        using var http = new HttpClient { BaseAddress = new Uri(front.Public) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", silos.SandboxKey);
        var answer = await http.PostAsJsonAsync("/v1/aliases", new { phoneNumber = "+1 (436) 234-5678" }, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Contains("\"lineType\":\"landline-or-mobile\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task ReadyAsync(RoleSilos silos, ServerProcess silo) =>
        Eventually.TrueAsync(async () => (await HealthAsync(silos, silo)).Status == 200, "the silo is ready");

    private static async Task<(int Status, string Text)> HealthAsync(RoleSilos silos, ServerProcess silo)
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Internal) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", silos.OperatorKey);
        using var answer = await http.GetAsync("/health/ready");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
