using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests;

/// <summary>Real messages over SMPP, for a tenant that the real command made.</summary>
public sealed partial class SmppTests
{
    [Fact]
    public async Task LiveTenant_FromTheCommandLineToADeliveredCode_InItsCountryOnly()
    {
        using var folder = new TempFolder();
        await using var centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "me", Password = "secret" });
        await using var server = await StartAsync(folder, centre);
        var number = Numbers.Next();
        await Command.RunAsync(server, folder, "route", "add", "smpp-gb", "--carrier", "smpp", "--country", "GB");
        var tenant = await Command.RunAsync(server, folder, "tenant", "create", "Acme", "--live", "--country", "GB");
        var key = await Command.RunAsync(server, folder, "key", "create", tenant.GetProperty("id").GetString()!);
        using var api = new Api(server, key.GetProperty("key").GetString()!);

        // A silo goes by its copy of the routes, which follows within seconds; without a route nothing is sent.
        Api.Answer? first = null;
        await Eventually.TrueAsync(async () => (first = await api.StartAsync(number)).Status != 503, "the route is in force");
        var started = first!;
        Assert.Equal(201, started.Status);
        var message = Assert.Single(centre.Messages);
        Assert.Equal(number[1..], message.To);
        var checkedCode = await api.CheckAsync(started.Id, CodeIn(message.Text));
        Assert.Equal("approved", checkedCode.VerificationStatus);
        Assert.Equal("delivered", await EventuallyAsync(async () => (await api.GetAsync(started.Id)).AttemptStatus, "delivered"));

        using var sandbox = new Api(server);
        Assert.Equal(201, (await sandbox.StartAsync(Numbers.Next())).Status);
        Assert.Equal(403, (await api.StartAsync("+33612345678")).Status);
        Assert.Single(centre.Messages);

        Assert.Equal(0, await server.TerminateAsync());
        Assert.Equal(1, centre.Unbinds);
    }

    [Fact]
    public async Task Receipt_AfterAKillAndARestart_OnAnotherBind_MeetsItsMessage()
    {
        using var folder = new TempFolder();
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Accept;
        Api.Answer started;
        string key;
        await using (var server = await StartAsync(folder, centre))
        {
            key = await LiveKeyAsync(server, folder);
            using var api = new Api(server, key);
            started = await api.StartAsync(Numbers.Next());
            Assert.Equal("accepted", started.AttemptStatus);
            var code = CodeIn(centre.Messages[0].Text);

            // A wrong code: its commit takes the message id along.
            Assert.Equal("pending", (await api.CheckAsync(started.Id, code[..5] + (code[5] == '0' ? '1' : '0'))).VerificationStatus);
            await server.KillAsync();
        }

        await using var again = await StartAsync(folder, centre);
        using var second = new Api(again, key);
        Assert.Equal("bound", await EventuallyAsync(() => Task.FromResult(centre is { Binds: 2, Connections: 1 } ? "bound" : "waiting"), "bound"));
        centre.SendReceipt(centre.Messages[0].Number, new CentreReceipt());
        Assert.Equal("delivered", await EventuallyAsync(async () => (await second.GetAsync(started.Id)).AttemptStatus, "delivered"));
        Assert.Single(centre.Messages);
    }

    [Fact]
    public async Task Kill_AfterTheCarrierTookAMessage_BeforeItsAnswerIsKnown_LeavesAnUnknownAttempt_ThatIsNotSentAgain()
    {
        using var folder = new TempFolder();
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Silence;
        var number = Numbers.Next();
        Api.Answer started;
        string key;
        await using (var server = await StartAsync(folder, centre))
        {
            key = await LiveKeyAsync(server, folder);
            using var api = new Api(server, key);
            started = await api.StartAsync(number, "order-1");
            Assert.Equal("queued", started.AttemptStatus);
            Assert.Equal("sent", await EventuallyAsync(() => Task.FromResult(centre.Messages.Count == 1 ? "sent" : "waiting"), "sent"));
            await server.KillAsync();
        }

        await using var again = await StartAsync(folder, centre);
        using var second = new Api(again, key);
        Assert.True((await second.StartAsync(number, "order-1")).IsReplay);
        Assert.Equal("unknown", await EventuallyAsync(async () => (await second.GetAsync(started.Id)).AttemptStatus, "unknown"));
        Assert.Equal("pending", (await second.GetAsync(started.Id)).VerificationStatus);
        Assert.Equal("approved", (await second.CheckAsync(started.Id, CodeIn(centre.Messages[0].Text))).VerificationStatus);
        Assert.Single(centre.Messages);
    }

    [Fact]
    public async Task Kill_UnderLoad_AndRetriesWithTheSameKeys_SendNoSecondMessage()
    {
        using var folder = new TempFolder();
        await using var centre = SmppCentre.Start();
        var asked = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        string key;
        await using (var server = await StartAsync(folder, centre))
        {
            key = await LiveKeyAsync(server, folder);
            using var api = new Api(server, key);
            var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => CallAsync(api, asked))).ToArray();
            while (centre.Messages.Count < 40)
            {
                await Task.Delay(2, TestContext.Current.CancellationToken);
            }

            await server.KillAsync();
            await Task.WhenAll(callers);
        }

        await using var again = await StartAsync(folder, centre);
        using var second = new Api(again, key);
        foreach (var (number, idempotencyKey) in asked)
        {
            Assert.True((await second.StartAsync(number, idempotencyKey)).Status is 200 or 201);
        }

        var twice = centre.Messages.GroupBy(m => m.To, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Count()).ToArray();
        Assert.Empty(twice);
        Assert.True(centre.Messages.Count >= 40);
    }

    private static async Task<ServerProcess> StartAsync(TempFolder folder, SmppCentre centre) => await ServerProcess.StartAsync(
        folder.Data,
        "--carrier", "smpp", "--smpp-host", "127.0.0.1", "--smpp-port", centre.Port.ToString(CultureInfo.InvariantCulture), "--smpp-system-id", "me",
        "--smpp-password", "secret", "--allow-local-keys");

    private static Task<string> LiveKeyAsync(ServerProcess server, TempFolder folder) => new Administration(server, folder.Data).TenantAsync("Acme", new { countries = new[] { "GB" } });

    private static async Task CallAsync(Api api, ConcurrentDictionary<string, string> asked)
    {
        while (true)
        {
            var number = Numbers.Next();
            asked[number] = "key-" + number.GetHashCode(StringComparison.Ordinal).ToString("x", CultureInfo.InvariantCulture) + "-" + asked.Count.ToString(CultureInfo.InvariantCulture);
            try
            {
                await api.StartAsync(number, asked[number]);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task<string> EventuallyAsync(Func<Task<string>> read, string wanted)
    {
        var now = await read();
        for (var attempt = 0; now != wanted && attempt < 600; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            now = await read();
        }

        return now;
    }

    private static string CodeIn(string text) => Code().Match(text).Value;

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
