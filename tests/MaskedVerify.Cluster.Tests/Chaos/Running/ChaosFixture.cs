using System.Security.Cryptography;
using MaskedVerify.Cluster.Tests.Chaos.Rows;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>One cluster for the short versions of all rows; they run one after another and nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosFixture : IAsyncLifetime, ICollectionFixture<ChaosFixture>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "chaos";

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(1_000_000);
    private readonly Dictionary<int, Task<RowReport>> _reports = [];
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
    /// <param name="row">The row.</param>
    /// <param name="beside">A row that mostly waits, as this one does: both run in one window, and each test judges its own.</param>
    internal async Task PassAsync(IChaosRow row, IChaosRow? beside = null)
    {
        await Task.WhenAll(new[] { row, beside }.OfType<IChaosRow>().Select(BeginAsync));
        var report = await BeginAsync(row);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.True(report.Violations.Count == 0, $"Repeat it with CHAOS_SEED={_seed}.\n{report}");
    }

    private Task<RowReport> BeginAsync(IChaosRow row)
    {
        var cluster = _cluster ?? throw new InvalidOperationException("The cluster did not start.");
        return _reports.TryGetValue(row.Number, out var report)
            ? report
            : _reports[row.Number] = ChaosRunner.RunAsync(cluster, row, _seed, duration: null, _ => { });
    }
}
