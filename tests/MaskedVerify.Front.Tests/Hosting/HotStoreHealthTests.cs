using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>Readiness of a server whose hot rows are in several databases.</summary>
public sealed class HotStoreHealthTests
{
    [Fact]
    public async Task Ready_WhenOneOfSeveralDatabasesIsAway_IsDegradedAndWhenAllAreIs503()
    {
        var health = new Health();
        await using var front = await RunningFront.StartAsync(["--hot-shards", "3"], customise: builder => builder.Services.AddSingleton<IHotStoreHealth>(health));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(front.Folder, "data"), "hot*.db").Length);

        health.Absent = ["hot-1"];
        await EventuallyAsync(front, 200, "\"degraded\"", "hot-1");
        health.Absent = null;
        await EventuallyAsync(front, 503, "\"unhealthy\"", "StorageUnavailableException");
        health.Absent = [];
        await EventuallyAsync(front, 200, "The hot store reads.", "\"healthy\"");
    }

    // Probes within a second share one look.
    private static Task EventuallyAsync(RunningFront front, int status, params string[] texts) => MaskedVerify.Testing.Eventually.TrueAsync(
        async () =>
        {
            var answer = await front.SendAsync("GET", "/health/ready", key: "", client: front.Internal);
            return answer.Status == status && Array.TrueForAll(texts, text => answer.Text.Contains(text, StringComparison.Ordinal));
        },
        $"readiness says {status}");

    private sealed class Health : IHotStoreHealth
    {
        /// <summary>What cannot be read; null: nothing can.</summary>
        public IReadOnlyList<string>? Absent { get; set; } = [];

        public ValueTask<IReadOnlyList<string>> FindAbsentAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Absent ?? throw new StorageUnavailableException("away"));
    }
}
