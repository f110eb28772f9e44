using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using MaskedVerify.Domain;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Grains;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>The real server in this process, on free loopback ports and a folder of its own.</summary>
internal sealed class RunningFront : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private RunningFront(WebApplication app, string folder, bool ownsFolder, LineCollector lines)
    {
        _app = app;
        Folder = folder;
        _ownsFolder = ownsFolder;
        Lines = lines;
        Info = app.Services.GetRequiredService<ServerInfo>();
        Public = Client(Info.PublicAddress);
        Internal = Client(Info.InternalAddress);
    }

    public string Folder { get; }

    public ServerInfo Info { get; }

    public LineCollector Lines { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Client of the public port without a key.</summary>
    public HttpClient Public { get; }

    /// <summary>Client of the internal port without a key.</summary>
    public HttpClient Internal { get; }

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public static async Task<RunningFront> StartAsync(
        IEnumerable<string>? args = null, IDictionary? environment = null, Action<WebApplicationBuilder>? customise = null, string? folder = null, bool untilReady = true)
    {
        var home = folder ?? Directory.CreateTempSubdirectory("mv-front-").FullName;
        var lines = new LineCollector();
        var app = FrontServer.Build(
            ["--data", Path.Combine(home, "data"), "--urls", "http://127.0.0.1:0", "--internal-port", "0", .. args ?? []],
            environment ?? new Hashtable(),
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(lines);
                customise?.Invoke(builder);
            });
        await app.StartAsync();
        var front = new RunningFront(app, home, folder is null, lines);
        if (untilReady)
            await Eventually.TrueAsync(async () => (await front.SendAsync("GET", "/health/ready", key: "")).Status == 200, "the server is ready");
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        Public.Dispose();
        Internal.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Sends a request; <paramref name="key"/> null takes the sandbox key, empty takes none.</summary>
    public async Task<Answer> SendAsync(
        string method, string path, string? body = null, string? key = null, string? idempotencyKey = null, string contentType = "application/json", HttpClient? client = null)
    {
        var target = (client ?? Public).BaseAddress!.GetLeftPart(UriPartial.Authority) + path;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if ((key ?? Info.SandboxKey) is { Length: > 0 } bearer)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await (client ?? Public).SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Makes a tenant with a key through the real grains.</summary>
    public async Task<(TenantId Tenant, string Key)> AddTenantAsync(string name, bool live = false, TenantPolicy? policy = null)
    {
        var id = TenantId.Parse("tn-" + name);
        var grain = Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));
        var made = await grain.Create(name, live, policy ?? new TenantPolicy { Countries = ["*"] });
        Assert.True(made.Ok, string.Join(' ', made.Errors));
        var key = ApiKeyText.Create(live);
        Assert.True((await grain.AddKey(key.KeyId, key.SecretHash(), "test", null)).Ok);
        await Services.GetRequiredService<ITenantCatalog>().RefreshAsync();
        return (id, key.Reveal());
    }

    /// <summary>Opens a route over a carrier to a country, as an operator does. A silo that knows none asks for it with the next start.</summary>
    public async Task AddRouteAsync(string carrier, string country)
    {
        var router = Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));
        var now = await router.GetTable();
        var route = new RouteRule(RouteId.Parse(carrier + "-sms"), CarrierId.Parse(carrier), [country], Channel.Sms, 100, IsSandbox: false, IsEnabled: true, Sender: null);
        Assert.True((await router.Replace(now.Version, [.. now.Routes, route])).Ok);
    }

    private static HttpClient Client(string address) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
}

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string MediaType, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("null");

    /// <summary>Last part of the problem's type.</summary>
    public string Slug => MediaType == "application/problem+json" ? Json["type"]!.GetValue<string>().Split('/')[^1] : "";

    /// <summary>Pointers of all errors.</summary>
    public IReadOnlyList<string> Pointers => [.. Json["errors"]!.AsArray().Select(e => (string?)e!["pointer"] ?? "")];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsByteArrayAsync(), headers);
    }
}

/// <summary>Keeps every rendered log line.</summary>
internal sealed class LineCollector : ILoggerProvider
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(LineCollector owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (owner._lines)
            {
                owner._lines.Add($"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)} {exception}");
            }
        }
    }
}
