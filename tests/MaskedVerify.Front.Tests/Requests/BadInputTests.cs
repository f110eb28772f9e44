using System.Net.Sockets;
using System.Text;
using MaskedVerify.Front.Tests.Support;

namespace MaskedVerify.Front.Tests.Requests;

/// <summary>Bad input that the front refuses by itself: a clear problem, no echo of what was sent, and no grain called.</summary>
public sealed class BadInputTests : IClassFixture<ScriptedFront>
{
    private const string Start = "/v1/verifications";
    private readonly ScriptedFront _fixture;

    public BadInputTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
    }

    private RunningFront Front => _fixture.Front;

    public static TheoryData<string, string> InvalidStarts => new()
    {
        { "", "" },
        { "{", "" },
        { "[]", "" },
        { "null", "" },
        { "\"+12025550100\"", "" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" } } trailing", "" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, }", "" },
        { "{ /* no comments */ \"to\": { \"phoneNumber\": \"+12025550100\" } }", "" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"to\": { \"phoneNumber\": \"+12025550101\" } }", "" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\", \"phoneNumber\": \"+12025550101\" } }", "" },
        { "{}", "/to" },
        { "{ \"to\": null }", "/to" },
        { "{ \"to\": \"+12025550100\" }", "/to" },
        { "{ \"to\": [] }", "/to" },
        { "{ \"to\": {} }", "/to" },
        { "{ \"to\": { \"alias\": \"pa-x\", \"phoneNumber\": \"+12025550100\" } }", "/to" },
        { "{ \"to\": { \"phoneNumber\": 12025550100 } }", "/to/phoneNumber" },
        { "{ \"to\": { \"alias\": 7 } }", "/to/alias" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\", \"country\": \"US\" } }", "/to/country" },
        { "{ \"to\": { \"phoneNumber\": \"\\ud800\" } }", "/to/phoneNumber" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"workflow\": [] }", "/workflow" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"template\": \"login\" }", "/template" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"To\": {} }", "/To" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"codeLength\": \"6\" }", "/codeLength" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"codeLength\": 6.5 }", "/codeLength" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"codeLength\": 5 }", "/codeLength" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"codeLength\": 11 }", "/codeLength" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"codeLength\": 99999999999999999999 }", "/codeLength" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"ttlSeconds\": 59 }", "/ttlSeconds" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"ttlSeconds\": 601 }", "/ttlSeconds" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"ttlSeconds\": true }", "/ttlSeconds" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"resendPolicy\": \"Rotate\" }", "/resendPolicy" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"resendPolicy\": 0 }", "/resendPolicy" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"context\": \"Buyer\" }", "/context" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"context\": \"\" }", "/context" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"reference\": \"\" }", "/reference" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"reference\": \"a\\nb\" }", "/reference" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"purpose\": \"log in\" }", "/purpose" },
        { "{ \"to\": { \"phoneNumber\": \"+12025550100\" }, \"locale\": \"zh_CN\" }", "/locale" },
    };

    [Theory]
    [MemberData(nameof(InvalidStarts))]
    public async Task Start_WhenBodyIsWrong_Is400AndPointsThere(string body, string pointer)
    {
        var answer = await Front.SendAsync("POST", Start, body);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Equal([pointer], answer.Pointers);
        AssertNothingEchoed(answer);
    }

    [Fact]
    public async Task Start_WhenManyThingsAreWrong_TellsAllAtOnce()
    {
        var answer = await Front.SendAsync("POST", Start, """{ "to": { "phoneNumber": 5, "x": 1 }, "codeLength": 1, "ttlSeconds": "a", "reference": 3, "workflow": 1, "resendPolicy": "no" }""");

        Assert.Equal(["/codeLength", "/reference", "/resendPolicy", "/to/phoneNumber", "/to/x", "/ttlSeconds", "/workflow"], answer.Pointers.Order(StringComparer.Ordinal));
        AssertNothingEchoed(answer);
    }

    [Theory]
    [InlineData(Start, """{ "to": { "phoneNumber": "+12025550100", "number": 1 } }""", "Known here: alias, phoneNumber.")]
    [InlineData("/v1/aliases", """{ "phoneNumber": "+12025550100", "name": 1 }""", "Known here: phoneNumber, context.")]
    public async Task Any_WhenAMemberIsUnknown_NamesTheKnownOnes(string path, string body, string known)
    {
        var answer = await Front.SendAsync("POST", path, body);

        Assert.Equal(400, answer.Status);
        Assert.Contains(known, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenAnUnknownMemberIsANumber_DoesNotRepeatItsName()
    {
        var answer = await Front.SendAsync("POST", Start, """{ "to": { "phoneNumber": "+12025550100" }, "+12025550123": 1, "12025550123": 2 }""");

        Assert.Equal(400, answer.Status);
        Assert.Equal(["", ""], answer.Pointers);
        Assert.DoesNotContain("555", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("hello")]
    [InlineData("+1")]
    [InlineData("2025550100")]
    [InlineData("+999123456789")]
    [InlineData("+120255501001202555010012025550100")]
    [InlineData("+1 (202) 555-0100 ext. 5")]
    [InlineData("")]
    public async Task Start_WhenNumberIsNone_Is422(string number)
    {
        var answer = await Front.SendAsync("POST", Start, $$"""{ "to": { "phoneNumber": "{{number}}" } }""");

        Assert.Equal((422, "invalid-phone-number"), (answer.Status, answer.Slug));
        AssertNothingEchoed(answer);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/merge-patch+json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("json")]
    public async Task Start_WhenContentTypeIsWrong_Is415(string type)
    {
        var answer = await Front.SendAsync("POST", Start, """{ "to": { "phoneNumber": "+12025550100" } }""", contentType: type);

        Assert.Equal((415, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Empty(_fixture.Vault.Calls);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task Start_WhenContentTypeIsJson_Is201(string type) =>
        Assert.Equal(201, (await Front.SendAsync("POST", Start, """{ "to": { "phoneNumber": "+12025550100" } }""", contentType: type)).Status);

    [Theory]
    [InlineData(64 * 1024, 400)]
    [InlineData((64 * 1024) + 1, 413)]
    [InlineData(10 * 1024 * 1024, 413)]
    public async Task Start_WhenBodyIsLong_Is413AboveTheLimit(int bytes, int status)
    {
        var body = """{ "to": { "phoneNumber": "+12025550100" }, "reference": " """;
        var answer = await Front.SendAsync("POST", Start, body + new string('x', bytes - body.Length - 2) + "\"}");

        Assert.Equal((status, "invalid-request"), (answer.Status, answer.Slug));
        AssertNothingEchoed(answer);
    }

    [Fact]
    public async Task Start_WhenALongBodyIsChunked_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Start);
        request.Headers.Add("Authorization", "Bearer " + Front.Info.SandboxKey);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StringContent(new string(' ', 1024 * 1024), Encoding.UTF8, "application/json");
        using var response = await Front.Public.SendAsync(request);

        var answer = await Answer.ReadAsync(response);
        Assert.Equal((413, "invalid-request"), (answer.Status, answer.Slug));
    }

    [Theory]
    [InlineData(31, 201)]
    [InlineData(40, 400)]
    [InlineData(10_000, 400)]
    public async Task Start_WhenJsonIsDeep_Is400(int depth, int status)
    {
        // At 31 inner levels the depth is fine and the member is judged: it is unknown, so the pointer is its own.
        var body = $$"""{ "to": { "phoneNumber": "+12025550100" }, "x": {{new string('[', depth)}}{{new string(']', depth)}} }""";
        var answer = await Front.SendAsync("POST", Start, body);

        Assert.Equal(400, answer.Status);
        Assert.Equal([status == 201 ? "/x" : ""], answer.Pointers);
    }

    [Fact]
    public async Task Start_WhenBytesAreNoUtf8_Is400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Start);
        request.Headers.Add("Authorization", "Bearer " + Front.Info.SandboxKey);
        request.Content = new ByteArrayContent([.. "{ \"to\": { \"phoneNumber\": \""u8, 0xff, 0xfe, .. "\" }, \""u8, 0xc3, 0x28, .. "\": 1 }"u8]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var response = await Front.Public.SendAsync(request);

        Assert.Equal((400, "invalid-request"), await Read(response));
    }

    [Theory]
    [InlineData("""{}""", "/code")]
    [InlineData("""{"code":123456}""", "/code")]
    [InlineData("""{"code":"123"}""", "/code")]
    [InlineData("""{"code":"12345678901"}""", "/code")]
    [InlineData("""{"code":"12345x"}""", "/code")]
    [InlineData("""{"code":"12345²"}""", "/code")]
    [InlineData("""{"code":"123.456"}""", "/code")]
    [InlineData("""{"code":""}""", "/code")]
    [InlineData("""{"code":null}""", "/code")]
    [InlineData("""{"code":"123456","transaction":{}}""", "/transaction")]
    public async Task Check_WhenBodyIsWrong_Is400AndCountsNothing(string body, string pointer)
    {
        var answer = await Front.SendAsync("POST", $"{Start}/{_fixture.OwnVerification}/check", body);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Equal([pointer], answer.Pointers);
        AssertNothingEchoed(answer);
    }

    [Theory]
    [InlineData("""{"channel":"email"}""", "/channel")]
    [InlineData("""{"channel":1}""", "/channel")]
    [InlineData("""{"to":"x"}""", "/to")]
    public async Task Resend_WhenBodyIsWrong_Is400(string body, string pointer)
    {
        var answer = await Front.SendAsync("POST", $"{Start}/{_fixture.OwnVerification}/resend", body);

        Assert.Equal([pointer], answer.Pointers);
        AssertNothingEchoed(answer);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("käse")]
    [InlineData("")]
    [InlineData("256")]
    public async Task Start_WhenIdempotencyKeyIsMalformed_Is400(string key)
    {
        var text = key == "256" ? new string('k', 256) : key;
        var answer = await SendRawAsync($"POST {Start} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Front.Info.SandboxKey}\r\nContent-Type: application/json\r\nIdempotency-Key: {text}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");

        Assert.Contains("400 Bad Request", answer, StringComparison.Ordinal);
        Assert.Contains("\"header\":\"Idempotency-Key\"", answer, StringComparison.Ordinal);
        Assert.Empty(_fixture.Vault.Calls);
    }

    [Fact]
    public async Task Start_WhenIdempotencyKeyComesTwice_Is400()
    {
        var answer = await SendRawAsync($"POST {Start} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Front.Info.SandboxKey}\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");

        Assert.Contains("400 Bad Request", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET /v1/verifications HTTP/9.9\r\nHost: x\r\n\r\n", "505")]
    [InlineData("POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", "4")]
    public async Task Any_WhenItIsNoHttp_IsRefusedAndTheServerLives(string text, string status)
    {
        var answer = await SendRawAsync(text);

        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Equal(200, (await Front.SendAsync("GET", "/health/live")).Status);
    }

    [Fact]
    public async Task Any_WhenHeadersAreTooLong_Is431()
    {
        var answer = await SendRawAsync($"GET {Start} HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 17 * 1024)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/verifications", "POST")]
    [InlineData("PUT", "/v1/aliases", "POST")]
    [InlineData("PUT", "/v1/aliases/x", "DELETE, GET")]
    [InlineData("DELETE", "/v1/verifications/x", "GET")]
    [InlineData("PATCH", "/v1/verifications/x/check", "POST")]
    public async Task Any_WhenMethodIsWrong_Is405ThatNamesTheOthers(string method, string path, string allowed)
    {
        var answer = await Front.SendAsync(method, path, "{}");

        Assert.Equal((405, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Equal(allowed, string.Join(", ", answer.Headers["Allow"].Split(", ").Order(StringComparer.Ordinal)));
        Assert.Contains($"It has {answer.Headers["Allow"]}.", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v1")]
    [InlineData("/v1/verifications/a/b/c")]
    [InlineData("/favicon.ico")]
    public async Task Any_WhenPathIsUnknown_Is404ThatNamesThePathAndNotTheId(string path)
    {
        var answer = await Front.SendAsync("GET", path);
        var id = await Front.SendAsync("GET", "/v1/aliases/x");

        Assert.Contains("no such path", answer.Text, StringComparison.Ordinal);
        Assert.Contains("nothing with this id", id.Text, StringComparison.Ordinal);

        Assert.Equal((404, "not-found"), (answer.Status, answer.Slug));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    private void AssertNothingEchoed(Answer answer)
    {
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.DoesNotContain("2025550", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("xxxx", answer.Text, StringComparison.Ordinal);
        Assert.Empty(_fixture.Vault.Calls);
    }

    private static async Task<(int, string)> Read(HttpResponseMessage response)
    {
        var answer = await Answer.ReadAsync(response);
        return (answer.Status, answer.Slug);
    }

    private async Task<string> SendRawAsync(string text)
    {
        var address = new Uri(Front.Info.PublicAddress);
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var buffer = new char[8192];
        var length = 0;
        while (length < buffer.Length && await reader.ReadAsync(buffer.AsMemory(length)) is > 0 and var read)
        {
            length += read;
            var soFar = new string(buffer, 0, length);
            if (soFar.Contains("\r\n\r\n", StringComparison.Ordinal) && !soFar.Contains("Content-Length: ", StringComparison.Ordinal))
                break;
            if (soFar.Contains("\r\n\r\n{", StringComparison.Ordinal) && soFar.EndsWith('}'))
                break;
        }

        return new string(buffer, 0, length);
    }
}
