using System.Diagnostics;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy.Tests.Redaction;

public sealed class LeakScannerTests
{
    private readonly LeakScanner _scanner = new(Options.Create(new LeakScanOptions()));

    [Theory]
    [InlineData("+14155550123", "[leak]")]
    [InlineData("to +1 415 555 0123.", "to [leak].")]
    [InlineData("to +1 (415) 555-0123, ok", "to [leak], ok")]
    [InlineData("tel:+1-415-555-0123", "tel:[leak]")]
    [InlineData("\"to\":\"\\u002B14155550123\"", "\"to\":\"[leak]\"")]
    [InlineData("to=%2B14155550123&x=1", "to=[leak]&x=1")]
    [InlineData("to=%2B1%20415%20555%200123&x=1", "to=[leak]&x=1")]
    [InlineData("to=%2B1+415+555+0123&x=1", "to=[leak]&x=1")]
    [InlineData("to=%252B14155550123", "to=[leak]")]
    [InlineData("%2B%31%34%31%35%35%35%35%30%31%32%33", "[leak]")]
    [InlineData("＋１４１５５５５０１２３", "[leak]")]
    [InlineData("%EF%BC%8B%EF%BC%91%EF%BC%94%EF%BC%91%EF%BC%95%EF%BC%95%EF%BC%95%EF%BC%95%EF%BC%90%EF%BC%91%EF%BC%92%EF%BC%93", "[leak]")]
    [InlineData("\\uFF11\\uFF14\\uFF11\\uFF15\\uFF15\\uFF15\\uFF15\\uFF10\\uFF11\\uFF12\\uFF13", "[leak]")]
    [InlineData("+٤٤٧٤٠٠١٢٣٤٥٦", "[leak]")]
    [InlineData("&#43;14155550123", "[leak]")]
    [InlineData("14155550123", "[leak]")]
    [InlineData("number_14155550123_end", "number_[leak]_end")]
    [InlineData("pa-14155550123", "pa-[leak]")]
    [InlineData("phone14155550123", "phone[leak]")]
    [InlineData("号码8613812345678已发送", "号码[leak]已发送")]
    [InlineData("0014155550123", "[leak]")]
    [InlineData("011 44 7400 123456", "[leak]")]
    [InlineData("44.7400.123456", "[leak]")]
    [InlineData("+1.4155550123", "[leak]")]
    [InlineData("2026-01-31 18:44:05 +14155550123", "2026-01-31 18:44:05 [leak]")]
    [InlineData("2026-01-31 14155550123", "2026-01-31 [leak]")]
    [InlineData("14155550123 2026-01-31 18:44", "[leak] 2026-01-31 18:44")]
    [InlineData("+14155550123,+447400123456", "[leak],[leak]")]
    [InlineData("x +14155550123 +447400123456 y", "x [leak] [leak] y")]
    [InlineData("1\u200B4\u200B1\u200B5\u200B5\u200B5\u200B5\u200B0\u200B1\u200B2\u200B3", "[leak]")]
    [InlineData("+14155550123abc", "[leak]abc")]
    [InlineData("+4071\u20132 0.3.4.5-0\u20137", "[leak]")]
    [InlineData("number=00 27\u20137\u201011 2.3.48.43", "number=[leak]")]
    [InlineData("00 43 6.6.4.1\u201329-60\u20131", "[leak]")]
    [InlineData("account=14155550123", "account=[leak]")]
    [InlineData("discount: 14155550123, conversion 14155550123", "discount: [leak], conversion [leak]")]
    [InlineData("1_415_555_0123", "[leak]")]
    [InlineData("to 1,415,555,0123.", "to [leak].")]
    [InlineData("to 1:415:555:0123, ok", "to [leak], ok")]
    [InlineData("+1:415:555:0123", "[leak]")]
    [InlineData("+33_6_12_34_56_78", "[leak]")]
    [InlineData("44_7400_123456_end", "[leak]_end")]
    [InlineData("\"44:7400123456\"", "\"[leak]\"")]
    [InlineData("0044,7400,123456", "[leak]")]
    [InlineData("1%2C415%2C555%2C0123", "[leak]")]
    [InlineData("1\\u003A415\\u003A555\\u003A0123", "[leak]")]
    [InlineData("１＿４１５＿５５５＿０１２３", "[leak]")]
    [InlineData("14155550123 / 14155550124", "[leak] / [leak]")]
    [InlineData("1 415 555 0123 / 1 415 555 0124 / 1 415 555 0125", "[leak] / [leak] / [leak]")]
    [InlineData("1 415 555 0123 1 415 555 0124", "[leak] [leak]")]
    public void Scan_WhenAValidNumber_IsALeak(string text, string expected)
    {
        var counts = default(ScanCounts);

        Assert.Equal(expected, _scanner.Scan(text, ref counts));
        Assert.Equal((expected.Split("[leak]").Length - 1, 0), (counts.Leaks, counts.Suspected));
    }

    [Theory]
    [InlineData("(415) 555-0123", "([digits]")]
    [InlineData("%5B4155550123%5D", "%5B[digits]%5D")]
    [InlineData("\\u005B4155550123\\u005D", "\\u005B[digits]\\u005D")]
    [InlineData("4155550123", "[digits]")]
    [InlineData("415.555.0123", "[digits]")]
    [InlineData("415.555.1234", "[digits]")]
    [InlineData("0171/2345678", "[digits]")]
    [InlineData("+999 123 456 789", "[digits]")]
    [InlineData("call - 415 5550123", "call - [digits]")]
    [InlineData("123:4567890", "123:[digits]")]
    [InlineData("call 5550123 now", "call [digits] now")]
    [InlineData("took 12 and 4155550123 2026-01-31", "took 12 and [digits] 2026-01-31")]
    [InlineData("415-555-0123 / 415-555-0124", "[digits] / [digits]")]
    [InlineData("415-555-0123 415-555-0124 415-555-0125", "[digits] [digits] [digits]")]
    [InlineData("(415) 555-0123 (415) 555-0124", "([digits] ([digits]")]
    [InlineData("415.555.0123 - 415.555.0124", "[digits] - [digits]")]
    [InlineData("415_555_0123 and 415:555:0124", "[digits] and [digits]")]
    public void Scan_WhenAnotherLongRun_IsSuspected(string text, string expected)
    {
        var counts = default(ScanCounts);

        Assert.Equal(expected, _scanner.Scan(text, ref counts));
        Assert.Equal((0, expected.Split("[digits]").Length - 1), (counts.Leaks, counts.Suspected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Nothing to see.")]
    [InlineData("6 digits: 123456")]
    [InlineData("Now listening on: http://127.0.0.1:43121")]
    [InlineData("Request finished HTTP/1.1 POST http://127.0.0.1:43121/v1/verifications - 201 1234 application/json;+charset=utf-8 41.5678ms")]
    [InlineData("Request finished HTTP/1.1 GET http://127.0.0.1:8080/health/live - 200 123456 text/plain 1041.5678ms")]
    [InlineData("Silo starting S127.0.0.1:11111:123456789 gateway gwy.tcp://192.168.100.200:30000/0")]
    [InlineData("sys.client/hosted-127.0.0.1:11111@123456789 and S[::1]:11111:123456789 and S[fe80::1]:11111@123456789")]
    [InlineData("2026-01-31T18:44:05.1234567Z 2026-01-31 18:44:05.1234567 +00:00 20260131T184405Z 31.01.2026 01/31/2026 2026/01/31 18:44")]
    [InlineData("elapsed 00:00:05.1234567, 12.3456789 s, 12345678ms, 12345678 ms, 12345678 bytes, size=12345678, Length: 123456789, ticks=638674567890123456")]
    [InlineData("\"bytes\": 14155550123 and 14155550123 bytes")]
    [InlineData("version 10.0.26100.4652, 1.20.1-beta.1, 10.4.2, libphonenumber 9.0.43, .NET 10.0.12")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("0f8fad5b-d9cb-469f-a165-708677289501 12345678-1234-1234-1234-123456789012 req-a1b2c3d4-1234-5678-9012-abcdef123456")]
    [InlineData("at 1763923445123 ms since 1970")]
    [InlineData("mv_test_0123456789abc_[secret] key id 0a1b2c3d4e5f6 0x1A2B3C4D5E6F7")]
    [InlineData("line 1234 of file.cs:1234 in 123 of 456, 1, 2, 3, 4, 5, 6, 7, 8")]
    [InlineData("127.0.0.1 - - [31/Jan/2026:18:44:05 +0000] \"GET / HTTP/1.1\" 200 123")]
    [InlineData("subnet 192.168.100.0/24 and 192.168.100.200 2026-01-31 18:44")]
    [InlineData("Request id \"0HNQ9JMM9G5D3:00000018\" stage First (-2147483648) of silo gen 154469382")]
    [InlineData("key mv_test_1287171151629_[secret]")]
    [InlineData("Request finished HTTP/1.1 POST http://127.0.0.1:45099/v1/fail - 500 0 - 152.0426ms")]
    [InlineData("ORLEANS event 100150, threads 32767, port 65535:65535")]
    [InlineData("18:44:05,123 18:44:05:123, 20:15:10.123456, 20:15:10,123456; 20:15:10:123456; 2026-01-31 20:15:10,123 [20:15:10 INF]")]
    [InlineData("ports 8080:8080, 49:15112, 49152:49153, 0.0.0.0:5432->5432/tcp, :::8080->80/tcp, [::]:8080, ::1:8081, fe80::1:2:3:4, 10.20.30.40:15112")]
    [InlineData("1,234,567 rows of 44,740,012,345 in 1_000_000 steps, 12_345_678 left, 1,234,567.89 EUR")]
    [InlineData("[1,2,3,4,5,6,7,8] [20,10,12,34,56,78] 20,10,12,34,56,78,90 1,2,3,4,5,6,7,8,9,10,11,12 [49,15,11,23]")]
    [InlineData("2026_01_31_18_44_05 run_202601_31 build_2026_0131_1844 v1_2_3 x86_64 utf_8 en_US mac 00:1a:2b:3c:4d:5e 01:00:5e:00:00:16")]
    [InlineData("file.cs:1234:56 at 12:34 lines 100:2000, id 12345:678901, sha256:123456 elapsed 1:02:03 uptime 12:34:56 1.02:03:04.5 max 512,1024,2048,4096")]
    [InlineData("cpu 1234 5678 9012 3456 7890 1234 and 12 34 56 78 90 12 34 56 78 90, 100 200 300 400 500 600 700 800")]
    [InlineData("rowCount=12345678 row_count: 12345678 responseLength 12345678 http.request.body.size=12345678 filesize=12345678 AccountCount 12345678")]
    [InlineData("lat,lon 48.2081743,16.3738189 box 48.1,16.3,48.3,16.5 ratio 16:9 score 3:2 odds 100:1 1024:768")]
    public void Scan_WhenNothingIsANumber_GivesTheSameText(string text) => AssertSame(text);

    [Property(MaxTest = 300)]
    public void Scan_AnyWrittenFormAnywhere_LeavesNoDigitOfIt(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var region = PhoneSamples.Regions[random.Next(PhoneSamples.Regions.Count)];
        var number = PhoneSamples.Mobile(region, random);
        ReadOnlySpan<string> before = ["", "to ", "tel:", "\"", "[", "number=", "号码", "<b>", "(", "x: "];
        ReadOnlySpan<string> behind = ["", ".", "\"", "]", " ok", "</b>", ",", ")", "\n", "&x=y"];

        // A run has at least 7 digits; a few countries dial 6 at home.
        foreach (var form in PhoneSamples.WrittenForms(number, random).Where(form => form.Count(char.IsDigit) >= 7))
        {
            var text = before[random.Next(before.Length)] + form + behind[random.Next(behind.Length)];
            foreach (var written in new[] { text, Uri.EscapeDataString(text), System.Text.Json.JsonSerializer.Serialize(text) })
            {
                var counts = default(ScanCounts);
                var scanned = _scanner.Scan(written, ref counts);
                Assert.True(counts.Leaks + counts.Suspected > 0, $"{region}: '{written}' passed");
                Assert.True(counts.Leaks > 0 || !form.Contains('+', StringComparison.Ordinal), $"{region}: '{written}' is only suspected");

                // Of the digits nothing is left but, at most, the prefix that is dialled before a country code.
                Assert.True(DigitsOf(scanned) is "" or "00" or "011" or "0011" or "010", $"{region}: '{written}' became '{scanned}'");
            }
        }

        static string DigitsOf(string scanned) => string.Concat(Uri.UnescapeDataString(System.Text.RegularExpressions.Regex.Unescape(scanned)).Where(char.IsDigit));
    }

    [Property(MaxTest = 2_000)]
    public void Scan_OurOwnIds_AreLeftAlone(DoNotSize<ulong> a, DoNotSize<ulong> b, DoNotSize<ulong> c, DoNotSize<ulong> d)
    {
        var alias = AliasId.Create('1', new UInt128(a.Item, b.Item), c.Item);
        var verification = VerificationId.Create('1', alias, new UInt128(c.Item, d.Item), a.Item);
        AssertSame($"alias {alias} verification {verification} grain phone-alias/pa-{alias.Random} key {ApiKeyText.Create(live: false)}");
    }

    [Property(MaxTest = 2_000)]
    public void Scan_IdsAddressesAndTimesOfTheRuntime_AreLeftAlone(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var trace = ActivityTraceId.CreateFromBytes(bytes).ToHexString();
        var address = new IPEndPoint(random.Next(), random.Next(1, 65_536));
        var time = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay * 30_000));
        AssertSame($"{new Guid(bytes)} trace {trace} span {trace[..16]} parent 00-{trace}-{trace[16..]}-01");
        AssertSame($"S{address}:{random.Next()} {address}@{random.Next()} {time:O} {time:u} {time:R} {time.UtcDateTime:s} {TimeSpan.FromTicks(random.NextInt64(1L << 45))}");
        AssertSame($"{random.NextDouble() * 10_000:R} ms, length={random.Next()}, {random.Next()} bytes, {random.Next(1_000_000)} of {random.Next(1_000_000)}");
    }

    [Property(MaxTest = 2_000)]
    public void Scan_AnyText_NeverThrowsAndIsIdempotent(string? text, DoNotSize<int> seed)
    {
        const string Alphabet = "01234567890123456789+-. ()/%\\uFf2Bb::@@],=xTSv\u0661\uFF12";
        var random = new Random(seed.Item);
        var noise = string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
        foreach (var input in new[] { text ?? string.Empty, noise, text + noise })
        {
            var counts = default(ScanCounts);
            var once = _scanner.Scan(input, ref counts);
            Assert.Equal(counts.IsClean, ReferenceEquals(input, once));
            Assert.NotEqual(LeakScanner.UnscannedMask, once);
        }
    }

    [Fact]
    public void Scan_VeryLongRuns_AskTheNumberPlanABoundedNumberOfTimes()
    {
        var counts = default(ScanCounts);
        var many = string.Join(", ", Enumerable.Range(0, 2_000).Select(i => $"+1415555{i:D4}"));

        var scanned = _scanner.Scan(many, ref counts);

        // Beyond the bound a number is masked without asking: suspected instead of leaked, but never shown.
        Assert.Equal(2_000, counts.Leaks + counts.Suspected);
        Assert.InRange(counts.Leaks, 1, 64);
        Assert.DoesNotContain("1415555", scanned, StringComparison.Ordinal);
        Assert.Same(string.Empty, _scanner.Scan(string.Empty, ref counts));
        AssertSame(new string('7', 100_000));
    }

    [Fact]
    public void Scan_NamesOfValues_CountAsTheWordBefore()
    {
        var counts = default(ScanCounts);

        Assert.Equal("14155550123", _scanner.Scan("14155550123", ref counts, "http.response.body.size"));
        Assert.Equal("[leak]", _scanner.Scan("14155550123", ref counts, "Destination"));
    }

    [Fact]
    public void Canaries_AreFoundInEveryDisguise()
    {
        var options = new LeakScanOptions();
        options.Canaries.Add("14155550123");
        options.Canaries.Add("739154");
        var scanner = new LeakScanner(Options.Create(options));
        var texts = new List<string>
        {
            "code 739154.", "code=739 154", "７３９１５４", "size=14155550123", "14155550123 bytes", "xx914155550123yy", "73-91-54", "id-a14155550123b",
        };
        foreach (var prefix in new[] { "", "a", "ab", "abc", "{\"to\":\"+" })
        {
            texts.Add("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(prefix + "14155550123\"}")));
            texts.Add("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(prefix + "739154")));
        }

        foreach (var text in texts)
        {
            var counts = default(ScanCounts);
            Assert.Contains("[leak]", scanner.Scan(text, ref counts), StringComparison.Ordinal);
            Assert.True(counts.Leaks > 0);
        }

        var clean = default(ScanCounts);
        foreach (var text in new[] { "code 739155", "1739154", "7391540", "abc" })
        {
            Assert.DoesNotContain("[leak]", scanner.Scan(text, ref clean), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_WithWrongCanaries_AreRefusedByPlaceNotByContent()
    {
        var options = new LeakScanOptions();
        options.Canaries.Add("14155550123");
        options.Canaries.Add("+14155550123");
        options.Canaries.Add("739");

        var failures = new LeakScanOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(["Canaries[1] must be 4 to 15 digits.", "Canaries[2] must be 4 to 15 digits."], failures);
    }

    private void AssertSame(string text)
    {
        var counts = default(ScanCounts);
        var scanned = _scanner.Scan(text, ref counts);
        Assert.True(ReferenceEquals(text, scanned), $"'{text}' became '{scanned}'");
    }
}
