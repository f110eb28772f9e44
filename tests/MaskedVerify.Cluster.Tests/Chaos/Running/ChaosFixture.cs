using System.Security.Cryptography;
using MaskedVerify.Cluster.Tests.Chaos.Rows;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>One cluster for the short versions of all rows; they run one after another and nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosFixture : IAsyncLifetime, ICollectionFixture<ChaosFixture>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "chaos";

    private ChaosCluster? _cluster;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _cluster = await ChaosCluster.StartAsync(_ => { });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    /// <summary>Runs the short version of a row; a failure tells the seed and the histories.</summary>
    internal async Task PassAsync(IChaosRow row)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(1_000_000);
        var cluster = _cluster ?? throw new InvalidOperationException("The cluster did not start.");
        var report = await ChaosRunner.RunAsync(cluster, row, seed, duration: null, _ => { });
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.True(report.Violations.Count == 0, $"Repeat it with CHAOS_SEED={seed}.\n{report}");
    }
}
