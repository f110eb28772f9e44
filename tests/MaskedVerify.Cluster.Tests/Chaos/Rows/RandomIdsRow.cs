using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using MaskedVerify.Cluster.Tests.Chaos.Running;

namespace MaskedVerify.Cluster.Tests.Chaos.Rows;

/// <summary>Well-formed ids that nobody was given, in bulk: every answer is the same 404, no grain wakes up, nothing is stored, memory stays flat.</summary>
internal sealed class RandomIdsRow : IChaosRow
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int ShortBatch = 32_000;
    private const int LongBatch = 100_000;
    private const int Callers = 32;
    private const int WarmUp = 4_000;

    /// <summary>Pass mark of the list of faults, for the long version.</summary>
    private const int LongIds = 1_000_000;

    /// <summary>An entry that is kept for an id, with its key, takes more; a grain takes some thousand.</summary>
    private const int LongBytes = 200;

    /// <summary>The same for so few ids that what the runtime keeps anyway counts more.</summary>
    private const int ShortBytes = 8 * 1024;

    private int _batches;

    public int Number => 11;

    public string Title => "random verification and alias ids";

    public TimeSpan Short => TimeSpan.FromSeconds(1);

    public async Task RunAsync(ChaosRun run)
    {
        // Once before the measurement: first requests load code and open connections.
        await BatchAsync(run, WarmUp);
        var before = await LookAsync(run);
        var rows = await RowsAsync(run);
        var known = await VerificationsAsync(run);
        for (var begin = run.Cluster.Clock.Now; run.Report.Counts.GetValueOrDefault("ids tried") < WarmUp + (run.IsLong ? LongIds : ShortBatch) || run.Cluster.Clock.Now - begin < run.Duration;)
            await BatchAsync(run, run.IsLong ? LongBatch : ShortBatch);
        var after = await LookAsync(run);

        var ids = run.Report.Counts.GetValueOrDefault("ids tried") - WarmUp;
        var perId = (long)((after.MiB - before.MiB) * 1_048_576 / ids);
        run.Report.Count("grains before", before.Grains);
        run.Report.Count("grains after", after.Grains);
        run.Report.Count("MiB of memory before", (long)before.MiB);
        run.Report.Count("MiB of memory after", (long)after.MiB);
        run.Report.Count("bytes of memory for each id", perId);
        run.Report.Require(before.Grains > 0, "The silos do not tell how many grains they have.");
        run.Report.Require(after.Grains <= before.Grains + 10, $"There are {after.Grains} grains, before there were {before.Grains}.");
        run.Report.Require(perId < (run.IsLong ? LongBytes : ShortBytes), $"The silos use {after.MiB:F0} MiB, before {before.MiB:F0} MiB: {perId} bytes for each of {ids} ids.");
        run.Report.Require(await RowsAsync(run) == rows, "Rows were written.");
        var made = (await VerificationsAsync(run)).Except(known, StringComparer.Ordinal).Count();
        run.Report.Require(made == 0, $"{made} verifications have a due step or an outcome and did not exist before.");
    }

    // Verifications of the rows before end by their due steps at any moment: outcomes cannot be counted, but each of them must have had a due step.
    private static async Task<string[]> VerificationsAsync(ChaosRun run)
    {
        const string all = "SELECT verification FROM hot.due UNION SELECT verification FROM hot.outcomes";
        return (await run.Cluster.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(encode(verification, 'hex'), ' '), '') FROM ({all}) v"))!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Task<long> RowsAsync(ChaosRun run) =>
        run.Cluster.Database.ScalarAsync<long>("SELECT (SELECT count(*) FROM hot.hot_state) + (SELECT count(*) FROM hot.unique_keys) + (SELECT count(*) FROM keys.alias_index)");

    private static async Task<(long Grains, double MiB)> LookAsync(ChaosRun run)
    {
        // A scrape is shared for a moment.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var (grains, memory) = (0L, 0.0);
        foreach (var silo in run.Cluster.Silos)
        {
            var text = await silo.Administration.MetricsAsync();
            grains += text.Split('\n').Where(l => l.StartsWith("orleans_grains", StringComparison.Ordinal)).Sum(Value);
            memory += silo.MemoryMiB;
        }

        return (grains, memory);
    }

    // name{labels} value [timestamp]
    private static long Value(string line) =>
        (long)double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[line.Contains('}', StringComparison.Ordinal) ? 0 : 1], CultureInfo.InvariantCulture);

    private async Task BatchAsync(ChaosRun run, int count)
    {
        // Its own seed: ids that were tried before prove nothing.
        var batch = _batches++;
        run.Say($"{count} random ids");
        var fronts = run.Cluster.Fronts;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", run.Cluster.Key);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(unchecked((((run.Seed * 31) + caller) * 7919) + batch));
            for (var i = 0; i < count / Callers; i++)
            {
                using var request = Request(random, fronts[(i + caller) % fronts.Count]);
                using var response = await http.SendAsync(request);
                run.Report.Count("ids tried");
                if ((int)response.StatusCode != 404)
                    run.Report.Violate($"{request.Method} of a random id was answered {(int)response.StatusCode}.");
            }
        })));
    }

    private static HttpRequestMessage Request(Random random, string front) => random.Next(5) switch
    {
        0 or 1 => new HttpRequestMessage(HttpMethod.Get, $"{front}/v1/verifications/{Id(random, "vf-1", 65)}"),
        2 => new HttpRequestMessage(HttpMethod.Get, $"{front}/v1/aliases/{Id(random, "pa-1", 39)}"),
        3 => new HttpRequestMessage(HttpMethod.Post, $"{front}/v1/verifications/{Id(random, "vf-1", 65)}/check") { Content = JsonContent.Create(new { code = "123456" }) },
        _ => new HttpRequestMessage(HttpMethod.Post, $"{front}/v1/verifications") { Content = JsonContent.Create(new { to = new { alias = Id(random, "pa-1", 39) } }) },
    };

    private static string Id(Random random, string prefix, int length) => prefix + new string(random.GetItems(Alphabet.AsSpan(), length));
}
