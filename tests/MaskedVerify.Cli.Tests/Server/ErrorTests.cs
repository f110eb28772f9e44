using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Cli.Tests.Server;

/// <summary>Whatever a server does, the command ends with a sentence and an exit code.</summary>
public sealed class ErrorTests
{
    private const string Tenant = "tn-00000000000000000000000000";

    [Fact]
    public async Task Run_WhenNoServerAnswers_SaysHowToStartOne()
    {
        // A port that was free a moment ago: nobody listens there.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var ran = await Cli.RunAsync("tenant", "list", "--server", $"http://127.0.0.1:{port}");
        Assert.Equal(ExitCodes.Unavailable, ran.Code);
        Assert.Contains("No server answers at http://127.0.0.1:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet run --project src/MaskedVerify.Front", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Run_WhenTheServerWantsACredential_SaysWhereItIs(int status)
    {
        await using var server = await FakeServer.StartAsync();
        server.OnProblem("GET /admin/v1/tenants", status, "no");
        var ran = await Cli.AgainstAsync(server, "tenant", "list");
        Assert.Equal(ExitCodes.NotAllowed, ran.Code);
        Assert.Contains("none was found", ran.Error, StringComparison.Ordinal);
        Assert.Contains("operator.key", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheCredentialIsWrong_SaysWhichButNotWhatItIs()
    {
        await using var server = await FakeServer.StartAsync();
        server.OnProblem("GET /admin/v1/tenants", 401, "no");
        var ran = await Cli.RunAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["MASKEDVERIFY_OPERATOR_KEY"] = "s3cret" }, "tenant", "list", "--server", server.Address);
        Assert.Equal(ExitCodes.NotAllowed, ran.Code);
        Assert.Contains("MASKEDVERIFY_OPERATOR_KEY", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", ran.Error + ran.Out, StringComparison.Ordinal);
        Assert.Equal("Bearer s3cret", server.Requests.Single().Authorization);
    }

    [Fact]
    public async Task Run_WhenTheServerFindsMistakes_PrintsAllOfThem()
    {
        await using var server = await FakeServer.StartAsync();
        server.OnProblem("POST /admin/v1/tenants", 400, "The request is not valid.", ("/policy/codeLength", "Must be 6 to 10."), ("", "The name is empty."));
        var ran = await Cli.AgainstAsync(server, "tenant", "create", "x", "--policy", "codeLength=99");
        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains("/policy/codeLength: Must be 6 to 10.", ran.Error, StringComparison.Ordinal);
        Assert.Contains("  The name is empty.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheTenantIsUnknown_SaysSo()
    {
        await using var server = await FakeServer.StartAsync();
        server.OnProblem($"GET /admin/v1/tenants/{Tenant}", 404, "There is no such tenant.");
        var ran = await Cli.AgainstAsync(server, "tenant", "show", Tenant);
        Assert.Equal(ExitCodes.NotFound, ran.Code);
        Assert.Contains("There is no such tenant.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenSomebodyChangedItInBetween_IsRefused()
    {
        await using var server = await FakeServer.StartAsync();
        server.OnProblem($"PATCH /admin/v1/tenants/{Tenant}/policy", 409, "Conflict");
        Assert.Equal(ExitCodes.Refused, (await Cli.AgainstAsync(server, "tenant", "change", Tenant, "ttlSeconds=60", "--if-version", "3")).Code);
    }

    [Theory]
    [InlineData(503, "application/problem+json", """{"title":"Not now."}""", "Not now.")]
    [InlineData(500, "text/html", "<html>", "The server failed (500)")]
    [InlineData(404, "text/html", "<html>", "is not the internal port of a MaskedVerify server")]
    [InlineData(200, "text/html", "<html>", "is not the internal port of a MaskedVerify server")]
    [InlineData(200, "application/json", "null", "is not the internal port of a MaskedVerify server")]
    public async Task Run_WhenTheServerAnswersSomethingElse_SaysWhat(int status, string type, string body, string sentence)
    {
        await using var server = await FakeServer.StartAsync();
        server.OnText("GET /admin/v1/tenants", status, type, body);
        var ran = await Cli.AgainstAsync(server, "tenant", "list");
        Assert.Equal(ExitCodes.Unavailable, ran.Code);
        Assert.Contains(sentence, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheCredentialWouldTravelInClear_Refuses()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MASKEDVERIFY_OPERATOR_KEY"] = "s3cret" };
        var ran = await Cli.RunAsync(environment, "tenant", "list", "--server", "http://maskedverify.invalid:8081");
        Assert.Equal(ExitCodes.Usage, ran.Code);
        Assert.Contains("--plain-http", ran.Error, StringComparison.Ordinal);
        var told = await Cli.RunAsync(environment, "tenant", "list", "--server", "http://maskedverify.invalid:8081", "--plain-http");
        Assert.Equal(ExitCodes.Unavailable, told.Code);
    }

    [Fact]
    public async Task Run_WhenTheEnvironmentNamesTheServer_UsesIt()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /admin/v1/tenants", new { tenants = Array.Empty<object>() });
        var ran = await Cli.RunAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["MASKEDVERIFY_SERVER"] = server.Address }, "tenant", "list");
        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Contains("no tenant yet", ran.Out, StringComparison.Ordinal);
    }
}
