using System.Text.RegularExpressions;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>A live tenant over SMPP: from the HTTP request to the SMS centre and back.</summary>
public sealed partial class CarrierJourneyTests
{
    private static string[] Switches(SmppCentre centre) =>
        ["--carrier", "smpp", "--smpp-host", "127.0.0.1", "--smpp-port", $"{centre.Port}", "--smpp-system-id", "mv", "--smpp-password", "secret", "--allow-local-keys"];

    [Fact]
    public async Task Verify_WhenTenantIsLive_SendsOverSmppAndAcceptsTheCode()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "mv", Password = "secret" });
        await using var front = await RunningFront.StartAsync(Switches(centre));
        var (_, key) = await front.AddTenantAsync("live-sms", live: true);
        await Eventually.TrueAsync(() => centre.Binds > 0, "the carrier is bound");
        var without = await front.SendAsync("POST", "/v1/verifications", """{"to":{"phoneNumber":"+4915112345679"},"locale":"de"}""", key);
        Assert.Equal((503, "no-route"), (without.Status, without.Slug));
        Assert.Contains("maskedverify route add", without.Text, StringComparison.Ordinal);
        Assert.Contains(front.Lines.All, l => l.Contains("No route leads to carrier smpp", StringComparison.Ordinal));
        Assert.Empty(centre.Messages);
        await front.AddRouteAsync("smpp", "DE");

        var start = await front.SendAsync("POST", "/v1/verifications", """{"to":{"phoneNumber":"+4915112345678"},"locale":"de"}""", key);
        Assert.True(start.Status == 201, start.Text);
        var message = Assert.Single(centre.Messages);
        Assert.Equal("4915112345678", message.To);
        var code = SixDigits().Match(message.Text).Value;
        var check = await front.SendAsync("POST", $"/v1/verifications/{(string?)start.Json["id"]}/check", $$"""{"code":"{{code}}"}""", key);

        Assert.True((bool)check.Json["valid"]!, check.Text);
        Assert.Equal("smpp-sms", (string?)start.Json["attempts"]![0]!["route"]);
        Assert.Equal(("DE", "mobile"), ((string?)start.Json["destination"]!["country"], (string?)start.Json["destination"]!["lineType"]));
        await Eventually.TrueAsync(async () => (string?)(await front.SendAsync("GET", start.Headers["Location"], key: key)).Json["attempts"]![0]!["status"] == "delivered", "the receipt is applied");
        Assert.Equal(403, (await front.SendAsync("GET", $"/sandbox/messages?alias={(string?)start.Json["alias"]}", key: key)).Status);
    }

    [Fact]
    public async Task Ready_WhenTheCarrierIsDown_IsDegradedAndStartsSayWhy()
    {
        var centre = SmppCentre.Start();
        var switches = Switches(centre);
        await centre.DisposeAsync();
        await using var front = await RunningFront.StartAsync(switches);
        var (_, key) = await front.AddTenantAsync("live-down", live: true);
        await front.AddRouteAsync("smpp", "DE");
        var ready = await front.SendAsync("GET", "/health/ready", key: "", client: front.Internal);
        var start = await front.SendAsync("POST", "/v1/verifications", """{"to":{"phoneNumber":"+4915112345678"}}""", key);

        Assert.Equal((200, "degraded"), (ready.Status, (string?)ready.Json["status"]));
        Assert.True(start.Status == 201 || start.Slug is "no-route" or "unavailable", start.Text);
        Assert.Equal(201, (await front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{Numbers.Next()}}}"}}""")).Status);
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex SixDigits();
}
