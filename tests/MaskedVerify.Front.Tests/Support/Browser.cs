using Microsoft.Playwright;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>A page in Debian's Chromium that notes whatever a strict reviewer would not accept.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Note($"console {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Note("error: " + error);
        page.Request += (_, request) =>
        {
            lock (Requests)
            {
                Requests.Add(request.Url);
            }
        };
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>Opens one; with a password it answers the server's question for one.</summary>
    public static async Task<Browser> OpenAsync(string? password = null)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new Browser(playwright, browser, await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            HttpCredentials = password is null ? null : new HttpCredentials { Username = "operator", Password = password },
        }));
    }

    /// <summary>Keeps a picture of the page among the test results.</summary>
    public async Task<string> PictureAsync(string name)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "TestResults", name + ".png");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = file });
        return file;
    }

    /// <summary>Addresses outside of a server that the page asked for.</summary>
    public IReadOnlyList<string> Outside(string server)
    {
        lock (Requests)
        {
            return [.. Requests.Where(u => !u.StartsWith(server, StringComparison.Ordinal) && !u.StartsWith("data:", StringComparison.Ordinal) && !u.StartsWith("blob:", StringComparison.Ordinal))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private void Note(string text)
    {
        lock (Complaints)
        {
            Complaints.Add(text);
        }
    }
}
