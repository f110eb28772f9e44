namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What deploy/prometheus and deploy/grafana say, against a real Prometheus that watches silos of different roles.</summary>
public sealed class ClusterPrometheusTests(ObservedCluster observed) : IClassFixture<ObservedCluster>
{
    [Theory]
    [InlineData("count(up == 1)", 3)]
    [InlineData("sum(maskedverify_ready)", 3)]
    [InlineData("min(maskedverify_ready_item)", 1)]
    [InlineData("count(maskedverify_ready_item{item=\"silo\"})", 3)]
    [InlineData("count(maskedverify_ready_item{item=\"tag-key\"} and on (instance) maskedverify_ready_item{item=\"vaults\"})", 1)]
    [InlineData("count(maskedverify_ready_item{item=\"vaults\"})", 2)]
    [InlineData("count(maskedverify_ready_item{item=\"carriers\"} and on (instance) maskedverify_carrier_bound{carrier=\"smpp\"} == 1)", 1)]
    [InlineData("count(maskedverify_ready_item{item=\"carrier:smpp\"})", 2)]
    [InlineData("count(maskedverify_ready_item{item=\"hot-store\"})", 1)]
    [InlineData("count(maskedverify_clock_offset_seconds)", 3)]
    [InlineData("max(abs(maskedverify_clock_offset_seconds)) < bool 1", 1)]
    [InlineData("count(maskedverify_cluster_certificate_end_timestamp_seconds - time() > 86400 * 14)", 3)]
    [InlineData("count(maskedverify_storage_queue_limit{database=~\"hot|keys\"})", 2)]
    [InlineData("sum by (job) (maskedverify_storage_rows_written_total{database=\"hot\"}) > bool 0", 1)]
    [InlineData("count(maskedverify:storage_commit_seconds:p99_5m{database=\"hot\"})", 1)]
    [InlineData("count(maskedverify_audit_oldest_age_seconds{database=\"hot\"})", 1)]
    [InlineData("sum(maskedverify_submits_total{carrier=\"smpp\",error=\"none\"})", 2)]
    public async Task Series_OfSilosWithRoles_HaveTheirValues(string query, double expected) => await observed.Prometheus.AssertValueAsync(query, expected);

    [Fact]
    public async Task Alerts_OfACluster_AreQuiet() => Assert.Empty(await observed.Prometheus.LoudAsync(TestContext.Current.CancellationToken));

    [Fact]
    public async Task Queries_OfDashboardsAndRules_ReadSeriesThatTheClusterHas()
    {
        Assert.Equal(string.Empty, await SeriesJudge.FaultsAsync(observed.Prometheus, "maskedverify_public_certificate_end_timestamp_seconds"));
        Assert.NotEmpty((await SeriesJudge.OfAsync(observed.Prometheus)).Judge("maskedverify_ready_item{item=\"hot-2\"}"));
    }

    [Fact]
    public async Task Status_OfAVault_TellsOfTheCarrierThatTheEgressSiloHas()
    {
        var carriers = (await observed.Operator.StatusAsync()).GetProperty("carriers").EnumerateArray().ToDictionary(c => c.GetProperty("carrier").GetString()!, StringComparer.Ordinal);

        Assert.True(carriers["smpp"].GetProperty("ready").GetBoolean());
        Assert.StartsWith("on 1 egress silo: bound", carriers["smpp"].GetProperty("status").GetString(), StringComparison.Ordinal);
    }
}
