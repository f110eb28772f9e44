using System.Diagnostics;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What a collector gets from a server: one connected trace of a verification, without its number or code.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Verification_FromStartToCheck_IsOneConnectedTrace_WithoutNumberAndCode()
    {
        using var folder = new TempFolder();
        await using var receiver = await OtlpReceiver.StartAsync();
        var number = Numbers.Next();
        string code, trace;
        await using (var server = await ServerProcess.StartAsync(folder.Data, "--otlp-endpoint", receiver.Address))
        {
            using var api = new Api(server);
            using (var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start())
            {
                caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
                trace = caller.TraceId.ToHexString();
                var started = await api.StartAsync(number);
                code = (await api.CodeAsync(started.Alias))!;
                Assert.Equal("approved", (await api.CheckAsync(started.Id, code)).VerificationStatus);
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            Assert.Equal(0, await server.TerminateAsync());
        }

        var spans = receiver.Spans.Where(s => s.Trace == trace).ToArray();
        var names = spans.Select(s => s.Name).ToArray();
        Assert.Contains(names, n => n.StartsWith("POST /v1/verifications", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains("/check", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains("AliasDesk", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains("PhoneAlias", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains("write", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("storage commit", names);
        Assert.Contains("storage transaction", names);
        Assert.Contains("storage read", names);
        Assert.Contains("carrier submit", names);
        Assert.Contains(names, n => n.Contains("RecordAttempt", StringComparison.Ordinal));

        // What came in by HTTP has its parent at the caller; everything else hangs below one of those.
        var byId = spans.ToDictionary(s => s.Id, StringComparer.Ordinal);
        Assert.Equal(
            ["GET /sandbox/messages", "POST /v1/verifications/", "POST /v1/verifications/{id}/check"],
            spans.Where(s => !byId.ContainsKey(s.Parent)).Select(s => s.Name).Order(StringComparer.Ordinal));
        var top = spans.Single(s => s.Name == "carrier submit");
        while (byId.TryGetValue(top.Parent, out var parent))
            top = parent;
        Assert.Equal("POST /v1/verifications/", top.Name);

        Assert.NotEmpty(receiver.Texts);
        Assert.All(receiver.Texts, t => Assert.DoesNotContain(number.TrimStart('+'), t, StringComparison.Ordinal));
        Assert.All(receiver.Texts, t => Assert.DoesNotContain(code, t, StringComparison.Ordinal));
        Assert.All(receiver.Texts, t => Assert.DoesNotContain("[leak]", t, StringComparison.Ordinal));
    }
}
