using System.Collections;
using System.Net.Http.Headers;
using System.Text;
using MaskedVerify.Front;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Cli.Tests.Real;

/// <summary>The whole server in this process, on ephemeral ports and a data folder of its own; one for the tests of a class. At its end nothing may have leaked.</summary>
public sealed class RealServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-cli-server-").FullName;
    private readonly LeakInspectingLoggerProvider _lines;
    private WebApplication? _app;

    public RealServer() => _lines = new LeakInspectingLoggerProvider(Leaks);

    /// <summary>Numbers that tests use: they must be in no log line, metric or file of the server, nor in what the command prints.</summary>
    public LeakDetector Leaks { get; } = new();

    public string Data => Path.Combine(_folder, "data");

    public string Internal => _app!.Services.GetRequiredService<ServerInfo>().InternalAddress;

    public string Public => _app!.Services.GetRequiredService<ServerInfo>().PublicAddress;

    public string OperatorKey => File.ReadAllText(Path.Combine(Data, "operator.key")).Trim();

    public async ValueTask InitializeAsync()
    {
        _app = FrontServer.Build(["--data", Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0", "--allow-local-keys"], new Hashtable(), builder => builder.Logging.ClearProviders().AddProvider(_lines));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            Leaks.Inspect("metrics", (await SendAsync(HttpMethod.Get, "/metrics")).Body);
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Leaks.InspectDirectory(Data);
        Directory.Delete(_folder, recursive: true);
        Leaks.AssertClean();
    }

    /// <summary>Runs a command line against this server, with the operator key of its data folder.</summary>
    internal async Task<Cli.Ran> RunAsync(params string[] args)
    {
        var ran = await Cli.RunAsync([.. args, "--server", Internal, "--data", Data]);
        Leaks.Inspect("output of " + args[0], ran.Out + ran.Error);
        return ran;
    }

    /// <summary>Sends a request to the internal port.</summary>
    internal async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json", string? key = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Internal) };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? OperatorKey);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
