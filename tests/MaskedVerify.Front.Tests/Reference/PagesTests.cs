using System.Text.RegularExpressions;
using MaskedVerify.Front.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MaskedVerify.Front.Tests.Reference;

/// <summary>The pages in a real browser: they work, ask nobody but this server, and keep to their content policy.</summary>
public sealed partial class PagesTests : IAsyncLifetime
{
    private RunningFront? _front;

    private RunningFront Front => _front!;

    public async ValueTask InitializeAsync() => _front = await RunningFront.StartAsync();

    public async ValueTask DisposeAsync() => await Front.DisposeAsync();

    [Fact]
    public async Task Docs_WhenOpened_ShowEveryOperationOffline()
    {
        await using var browser = await Browser.OpenAsync();
        await browser.Page.GotoAsync(Front.Info.PublicAddress + "/");
        Assert.EndsWith("/docs", browser.Page.Url.TrimEnd('/'), StringComparison.Ordinal);
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "MaskedVerify", Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(browser.Page.GetByText("Start a verification").First).ToBeVisibleAsync();
        await browser.Page.GetByText("Aliases").First.ClickAsync();
        await Expect(browser.Page.GetByText("Erase an alias").First).ToBeVisibleAsync();
        await browser.PictureAsync("docs");

        Assert.Equal([], browser.Outside(Front.Info.PublicAddress));
        Assert.Equal([], browser.Complaints);
    }

    [Fact]
    public async Task Docs_WhenARequestIsTriedTwice_SendTheKeyAndNoPresetIdempotencyKey()
    {
        await using var browser = await Browser.OpenAsync();
        var page = browser.Page;
        await page.GotoAsync(Front.Info.PublicAddress + "/docs/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test Request" }).First.ClickAsync(new() { Timeout = 60_000 });
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByPlaceholder("Token").FillAsync(Front.Info.SandboxKey);
        for (var n = 1; n <= 2; n++)
        {
            var response = await page.RunAndWaitForResponseAsync(
                () => dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync(), r => r.Url.EndsWith("/v1/verifications", StringComparison.Ordinal));
            var headers = await response.Request.AllHeadersAsync();
            Assert.Equal("Bearer " + Front.Info.SandboxKey, headers["authorization"]);
            Assert.DoesNotContain("idempotency-key", headers.Keys);
            Assert.DoesNotContain("idempotent-replayed", (await response.AllHeadersAsync()).Keys);
            Assert.Contains(response.Status, new[] { 201, 429 });
        }

        await browser.PictureAsync("docs-request");
    }

    [Fact]
    public async Task Sandbox_WhenAKeyIsEntered_StartsAndShowsTheMessage()
    {
        await using var browser = await Browser.OpenAsync();
        var page = browser.Page;
        await page.GotoAsync(Front.Info.PublicAddress + "/sandbox");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByText("Enter your test key first.")).ToBeVisibleAsync();

        await page.Locator("#key").FillAsync(Front.Info.SandboxKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "+12025550101" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".message .code")).ToHaveTextAsync(SixDigits());
        await Expect(page.Locator("#alias")).ToHaveValueAsync(AliasPrefix());
        await browser.PictureAsync("sandbox");

        Assert.True(await page.Locator("#numbers tr").CountAsync() > 10);
        Assert.DoesNotContain(Front.Info.SandboxKey, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal([], browser.Outside(Front.Info.PublicAddress));
        Assert.Equal([], browser.Complaints);
    }

    [Fact]
    public async Task Sandbox_WhenACarrierRejects_ShowsNoCodeAndEachWordInItsStep()
    {
        await using var browser = await Browser.OpenAsync();
        var page = browser.Page;
        await page.GotoAsync(Front.Info.PublicAddress + "/sandbox");
        await page.Locator("#key").FillAsync(Front.Info.SandboxKey);
        await page.Locator("#number").FillAsync("+12025550100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".message .code")).ToHaveTextAsync(SixDigits());
        await Expect(page.Locator("#start-status")).ToHaveTextAsync("Started.");
        await Expect(page.Locator("#inbox-status")).ToContainTextAsync("1 message");

        // A number that the carrier rejects: said where it was started, and no code is shown for it.
        await page.Locator("#number").FillAsync("+12025550103");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator("#start-status")).ToContainTextAsync("undeliverable");
        await Expect(page.Locator(".message.lost")).ToContainTextAsync("reaches no phone: invalid-destination");
        await Expect(page.Locator(".message .code")).ToHaveCountAsync(0);
        await browser.PictureAsync("sandbox-rejected");

        // A new error leaves no old message under it.
        await page.Locator("#number").FillAsync("12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator("#start-status.error")).ToContainTextAsync("not valid");
        await Expect(page.Locator(".message")).ToHaveCountAsync(0);
        await Expect(page.Locator("#inbox-status")).ToBeEmptyAsync();
        await Expect(page.Locator("#alias")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Dashboard_WhenOpenedLocally_WorksUnderItsPolicy()
    {
        await using var browser = await Browser.OpenAsync();
        await browser.Page.GotoAsync(Front.Info.InternalAddress + "/ops/");
        await Expect(browser.Page.GetByText("Total Activations").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await browser.PictureAsync("dashboard");

        Assert.Equal([], browser.Outside(Front.Info.InternalAddress));
        Assert.Equal([], browser.Complaints);
    }

    [GeneratedRegex("^[0-9]{6}$", RegexOptions.None, 1000)]
    private static partial Regex SixDigits();

    [GeneratedRegex("^pa-", RegexOptions.None, 1000)]
    private static partial Regex AliasPrefix();
}
