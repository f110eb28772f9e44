using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Privacy.Tests.Leaks;

/// <summary>Leaks planted in every way the detector claims to know: it must find all of them, and nothing where there is nothing.</summary>
public sealed class LeakDetectorTests
{
    private const string Digits = "14155550123";

    [Property(MaxTest = 60)]
    public void Inspect_EveryWrittenForm_IsFound(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var region = PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)];
        var number = PhoneSamples.Mobile(region, random);
        foreach (var form in PhoneSamples.WrittenForms(number, random))
        {
            var text = "{\"x\":\"" + form + "\"}";
            AssertFound(number, text, form);
            AssertFound(number, Uri.EscapeDataString(text), form);
            AssertFound(number, System.Text.Json.JsonSerializer.Serialize(text), form);
            AssertFoundInBytes(number, Encoding.UTF8.GetBytes(text), form);
            AssertFoundInBytes(number, Encoding.Unicode.GetBytes(text), form);
            AssertFoundInBytes(number, Encoding.BigEndianUnicode.GetBytes(text), form);
        }
    }

    public static TheoryData<string, byte[]> PlantedNumbers()
    {
        var data = new TheoryData<string, byte[]>();
        var number = ulong.Parse(Digits);
        Add("text", Encoding.ASCII.GetBytes("to " + Digits));
        Add("plus", Encoding.ASCII.GetBytes("to +" + Digits + " ok"));
        Add("national", Encoding.ASCII.GetBytes("(415) 555-0123"));
        Add("url", Encoding.ASCII.GetBytes("to=%2B1%20415%20555%200123"));
        Add("double url", Encoding.ASCII.GetBytes("to=%252B1%2520415%2520555%25200123"));
        Add("percent digits", Encoding.ASCII.GetBytes(string.Concat(Digits.Select(c => $"%{(int)c:X2}"))));
        Add("html", Encoding.ASCII.GetBytes(string.Concat(Digits.Select(c => $"&#{(int)c};"))));
        Add("json escapes", Encoding.ASCII.GetBytes(string.Concat(Digits.Select(c => $"\\u{(int)c:x4}"))));
        Add("utf-16", Encoding.Unicode.GetBytes("to " + Digits));
        Add("utf-16 odd", [0x41, .. Encoding.Unicode.GetBytes("to " + Digits)]);
        Add("utf-16 be", Encoding.BigEndianUnicode.GetBytes("to " + Digits));
        Add("full-width", Encoding.UTF8.GetBytes("to １４１５５５５０１２３"));
        Add("full-width utf-16", Encoding.Unicode.GetBytes("to １４１５５５５０１２３"));
        Add("hex", Encoding.ASCII.GetBytes("x=" + Convert.ToHexString(Encoding.ASCII.GetBytes(Digits))));
        Add("hex odd", Encoding.ASCII.GetBytes("a" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Digits))));
        Add("hex of base64", Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(Digits))))));
        Add("base64 of utf-16", Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.Unicode.GetBytes(Digits))));
        Add("base64 of base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(Digits))))));
        Add("base64 of int64", Encoding.ASCII.GetBytes(Convert.ToBase64String([.. BitConverter.GetBytes(number), 1])));
        for (var before = 0; before < 4; before++)
        {
            Add($"base64 +{before}", Encoding.ASCII.GetBytes("\"" + Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('{', before) + Digits + "}")) + "\""));
            Add($"base64url +{before}", Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(Encoding.ASCII.GetBytes(new string('\xFE', before) + "+" + Digits))));
        }

        Add("int64 le", [9, 9, .. BitConverter.GetBytes(number)]);
        Add("int64 be", [9, 9, .. BigEndian(number)]);
        Add("int48 be", [9, 9, .. BigEndian(number)[2..], 9, 9]);
        Add("orleans varint", [9, .. BitConverter.GetBytes((number << 5) | 16)[..5], 9]);
        Add("bcd", [0x01, 0x41, 0x55, 0x55, 0x01, 0x23]);
        Add("semi-octets", [0x41, 0x51, 0x55, 0x05, 0x21, 0xF3]);
        Add("far inside", [.. new byte[3_000_000], .. Encoding.ASCII.GetBytes(Digits), .. new byte[100]]);
        Add("across chunks", [.. new byte[(1 << 20) - 5], .. Encoding.ASCII.GetBytes(Digits), .. new byte[2_000]]);
        return data;

        void Add(string name, byte[] bytes) => data.Add(name, bytes);
    }

    [Theory]
    [MemberData(nameof(PlantedNumbers), DisableDiscoveryEnumeration = true)]
    public void Inspect_EveryEncodingOfANumber_IsFound(string name, byte[] bytes)
    {
        var detector = Detector();

        detector.Inspect("planted", bytes);

        Assert.True(detector.Hits.Count > 0, name + " was not found");
        Assert.Throws<Xunit.Sdk.TrueException>(detector.AssertClean);
    }

    [Theory]
    [InlineData("739154")]
    [InlineData("Your code is 739154.")]
    [InlineData("{\"code\":\"739154\"}")]
    [InlineData("739 154")]
    [InlineData("739-154")]
    [InlineData("７３９１５４")]
    [InlineData("code=%37%33%39154")]
    [InlineData("NzM5MTU0")]
    [InlineData("ZSI6IjczOTE1NCJ9")]
    [InlineData("373339313534")]
    [InlineData("1234567890")]
    [InlineData("x=00001234567890")]
    public void Inspect_EveryFormOfACode_IsFound(string text)
    {
        var detector = Detector();
        detector.Inspect("text", text);
        Assert.True(detector.Hits.Count > 0, text);
        Assert.All(detector.Hits, hit => Assert.Contains("code", hit.Canary, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("739155")]
    [InlineData("x739154")]
    [InlineData("1739154")]
    [InlineData("14155550124")]
    [InlineData("pa-1014d2pf2dbsqqzxq5tk1v58cggafb7na93p0ehb")]
    [InlineData("2026-01-31T18:44:05.1234567Z")]
    public void Inspect_WhereNothingIs_FindsNothing(string text)
    {
        var detector = Detector();

        detector.Inspect("text", text);

        detector.AssertClean();
    }

    [Fact]
    public void Inspect_RandomBytes_FindsNothing()
    {
        var detector = Detector();
        for (var i = 0; i < 500; i++)
        {
            detector.Add(PhoneNumber.FromE164Digits((14_150_000_000 + i).ToString()));
        }

        var bytes = new byte[4_000_000];
        new Random(4).NextBytes(bytes);
        detector.Inspect("noise", bytes);

        detector.AssertClean();
    }

    [Fact]
    public void Hits_NeverShowTheCanary()
    {
        var detector = Detector();

        detector.Inspect("text", "+" + Digits + " 739154");

        Assert.Equal(3, detector.Hits.Count);
        var message = Assert.ThrowsAny<Exception>(detector.AssertClean).Message;
        foreach (var secret in new[] { Digits, Digits[1..], "739154" })
        {
            Assert.DoesNotContain(secret, message, StringComparison.Ordinal);
            Assert.All(detector.Hits, hit => Assert.DoesNotContain(secret, hit.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void AssertClean_WhenNothingWasInspected_Fails() => Assert.ThrowsAny<Exception>(Detector().AssertClean);

    [Fact]
    public void InspectDirectory_FindsContentAndNames_InOpenFilesToo()
    {
        using var directory = new TestDirectory();
        File.WriteAllText(directory.File("clean.txt"), "nothing");
        Directory.CreateDirectory(directory.File("deep/er"));
        File.WriteAllBytes(directory.File("deep/er/hot.db"), [.. new byte[5_000], .. Encoding.UTF8.GetBytes(Digits), .. new byte[50]]);
        File.WriteAllText(directory.File($"deep/{Digits}.txt"), "nothing");
        using var open = new FileStream(directory.File("open.db-wal"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        open.Write(Encoding.UTF8.GetBytes("to +" + Digits));
        open.Flush();
        var detector = Detector();

        detector.InspectDirectory(directory.Root);

        Assert.Contains(detector.Hits, hit => hit.Where.EndsWith("hot.db", StringComparison.Ordinal));
        Assert.Contains(detector.Hits, hit => hit.Where.EndsWith("open.db-wal", StringComparison.Ordinal));
        Assert.Contains(detector.Hits, hit => hit.Where.StartsWith("name of", StringComparison.Ordinal));
        Assert.DoesNotContain(detector.Hits, hit => hit.Where.EndsWith("clean.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InspectAsync_FindsReasonHeadersAndBody_AndLeavesTheBodyReadable()
    {
        foreach (var plant in new Action<HttpResponseMessage>[]
        {
            response => response.Headers.Add("X-To", "+" + Digits),
            response => response.Headers.Location = new Uri("http://localhost/%2B" + Digits),
            response => response.Content = new StringContent("{\"to\":\"\\u002B" + Digits + "\"}"),
            response => response.Content.Headers.Add("X-Code", "739154"),
            response => response.ReasonPhrase = "Not " + Digits,
        })
        {
            var detector = Detector();
            using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
            plant(response);
            using var client = new HttpClient(new LeakInspectingHandler(detector, new Answers(response)));

            using var answer = await client.GetAsync(new Uri("http://localhost/x"));

            Assert.NotEmpty(detector.Hits);
            Assert.NotEmpty(await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Handler_LeavesExpectedAnswersAlone()
    {
        var detector = Detector();
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("739154") };
        using var client = new HttpClient(new LeakInspectingHandler(detector, new Answers(response), request => request.RequestUri!.AbsolutePath == "/sandbox/messages"));

        using var answer = await client.GetAsync(new Uri("http://localhost/sandbox/messages"));

        Assert.Empty(detector.Hits);
    }

    [Fact]
    public void SpanInspector_FindsEveryPartOfASpan()
    {
        using var source = new ActivitySource("MaskedVerify.Privacy.Tests." + nameof(SpanInspector_FindsEveryPartOfASpan));
        foreach (var plant in new Action<Activity>[]
        {
            span => span.DisplayName = Digits,
            span => span.SetTag("to", Digits),
            span => span.SetTag(Digits, 1),
            span => span.SetTag("to", new[] { Digits }),
            span => span.SetTag("to", 14155550123L),
            span => span.SetStatus(ActivityStatusCode.Error, Digits),
            span => span.AddException(new InvalidOperationException(Digits)),
            span => span.AddEvent(new ActivityEvent(Digits)),
            span => span.AddLink(new ActivityLink(default, new ActivityTagsCollection { ["to"] = Digits })),
            span => span.SetBaggage("to", Digits),
            span => span.TraceStateString = "to=" + Digits,
        })
        {
            var detector = Detector();
            using (new SpanInspector(detector))
            using (var span = source.StartActivity("send")!)
            {
                plant(span);
            }

            Assert.NotEmpty(detector.Hits);
        }
    }

    [Fact]
    public void MetricInspector_FindsLabels()
    {
        var detector = Detector();
        using var inspector = new MetricInspector(detector);
        using var meter = new Meter("MaskedVerify.Privacy.Tests." + nameof(MetricInspector_FindsLabels));

        meter.CreateCounter<long>("sent").Add(1, new KeyValuePair<string, object?>("to", Digits));

        Assert.Contains(detector.Hits, hit => hit.Where == "metric sent");
    }

    private static LeakDetector Detector()
    {
        var detector = new LeakDetector();
        detector.Add(PhoneNumber.FromE164Digits(Digits));
        foreach (var text in new[] { "739154", "1234567890" })
        {
            Assert.True(OneTimeCode.TryParse(text, out var code));
            detector.Add(code);
        }

        return detector;
    }

    private static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    private static void AssertFound(PhoneNumber number, string text, string form)
    {
        var detector = new LeakDetector();
        detector.Add(number);
        detector.Inspect("text", text);
        Assert.True(detector.Hits.Count > 0, $"'{form}' was not found in '{text}'");
    }

    private static void AssertFoundInBytes(PhoneNumber number, byte[] bytes, string form)
    {
        var detector = new LeakDetector();
        detector.Add(number);
        detector.Inspect("bytes", bytes);
        Assert.True(detector.Hits.Count > 0, $"'{form}' was not found in bytes");
    }

    private sealed class Answers(HttpResponseMessage answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer);
    }
}
