using System.Net;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MaskedVerify.Front.Tests.Requests;

/// <summary>Who is taken for the caller, with headers as proxies write them and as somebody forges them. Proxies: 10.0.0.0/8 and 2001:db8:aaaa::/48; lines of a header are separated by '|'.</summary>
public sealed class ForwardedCallerTests
{
    private static readonly IReadOnlyList<IPNetwork> s_proxies = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:aaaa::/48")];

    [Theory]
    // What a proxy wrote or extended.
    [InlineData("10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9:4711", "203.0.113.9")]
    [InlineData("10.0.0.1", "  203.0.113.9\t", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9, 10.0.0.2,10.0.0.3", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9|10.0.0.2|10.0.0.3", "203.0.113.9")]
    [InlineData("10.0.0.1", "2001:db8::5", "2001:db8::5")]
    [InlineData("10.0.0.1", "[2001:db8::5]", "2001:db8::5")]
    [InlineData("10.0.0.1", "[2001:DB8::5]:443", "2001:db8::5")]
    [InlineData("10.0.0.1", "fe80::1%eth0", "fe80::1")]
    [InlineData("10.0.0.1", "[fe80::1%25eth0]:1", "fe80::1")]
    [InlineData("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:aaaa::1", "203.0.113.9", "203.0.113.9")]
    // Nobody behind the proxies is named.
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    // Not a proxy: whatever it says.
    [InlineData("198.51.100.7", "10.0.0.2", "198.51.100.7")]
    [InlineData("198.51.100.7", "203.0.113.9, 10.0.0.1", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "203.0.113.9", "198.51.100.7")]
    [InlineData("127.0.0.1", "203.0.113.9", "127.0.0.1")]
    [InlineData("::1", "203.0.113.9", "::1")]
    [InlineData("11.0.0.1", "203.0.113.9", "11.0.0.1")]
    // A caller wrote the left part; its own address stands right of it.
    [InlineData("10.0.0.1", "8.8.8.8, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "8.8.8.8|203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9")]
    [InlineData("10.0.0.1", "8.8.8.8\", 203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", ",,,, 203.0.113.9", "203.0.113.9")]
    // An element that cannot be read hides what is left of it.
    [InlineData("10.0.0.1", "8.8.8.8, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "8.8.8.8, ", "10.0.0.1")]
    [InlineData("10.0.0.1", "8.8.8.8,, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "8.8.8.8, localhost, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "8.8.8.8, unix:, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "203.0.113.9:", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9:70000", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9:-1", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9 10.0.0.2", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.09", "10.0.0.1")]
    [InlineData("10.0.0.1", "0313.0.0161.011", "10.0.0.1")]
    [InlineData("10.0.0.1", "0xcb.0.113.9", "10.0.0.1")]
    [InlineData("10.0.0.1", "3405803785", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.256", "10.0.0.1")]
    [InlineData("10.0.0.1", "[203.0.113.9]", "10.0.0.1")]
    [InlineData("10.0.0.1", "[2001:db8::5", "10.0.0.1")]
    [InlineData("10.0.0.1", "[2001:db8::5]x", "10.0.0.1")]
    [InlineData("10.0.0.1", "[[2001:db8::5]]", "10.0.0.1")]
    [InlineData("10.0.0.1", "2001:db8::5/64", "10.0.0.1")]
    [InlineData("10.0.0.1", "2001:db8:::5", "10.0.0.1")]
    [InlineData("10.0.0.1", "fe80::1%", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9%eth0", "10.0.0.1")]
    [InlineData("10.0.0.1", "\"203.0.113.9\"", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=203.0.113.9", "10.0.0.1")]
    [InlineData("10.0.0.1", "203。0。113。9", "10.0.0.1")]
    [InlineData("10.0.0.1", "２０３.0.113.9", "10.0.0.1")]
    public async Task XForwardedFor_NamesTheCallerOfDeclaredProxiesOnly(string peer, string header, string expected) =>
        Assert.Equal(expected, await CallerAsync(peer, ForwardedHeader.XForwardedFor, ("X-Forwarded-For", header)));

    [Theory]
    [InlineData("10.0.0.1", "for=203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "FOR=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9")]
    [InlineData("10.0.0.1", "by=10.0.0.1; for=\"203.0.113.9:4711\"", "203.0.113.9")]
    [InlineData("10.0.0.1", "for=\"[2001:db8::5]:443\"", "2001:db8::5")]
    [InlineData("10.0.0.1", "for=\"[2001:db8::5]:_hidden\"", "2001:db8::5")]
    [InlineData("10.0.0.1", "for=203.0.113.9, for=10.0.0.2|for=10.0.0.3", "203.0.113.9")]
    [InlineData("198.51.100.7", "for=203.0.113.9", "198.51.100.7")]
    [InlineData("10.0.0.1", "for=8.8.8.8, for=203.0.113.9", "203.0.113.9")]
    // An open quote, a missing comma or an escape of the caller does not swallow what the proxy wrote behind it.
    [InlineData("10.0.0.1", "for=8.8.8.8;x=\", for=203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "for=8.8.8.8;x=\"\\, for=\"203.0.113.9:80\"", "203.0.113.9")]
    [InlineData("10.0.0.1", "for=8.8.8.8;x=\", for=\"[2001:db8::5]\";proto=\"https\"", "2001:db8::5")]
    [InlineData("10.0.0.1", ";;;===, for=203.0.113.9", "203.0.113.9")]
    [InlineData("10.0.0.1", "for=8.8.8.8;ext=\"a,b;c\", for=203.0.113.9;ext=\"a,b;for=9.9.9.9\"", "203.0.113.9")]
    [InlineData("10.0.0.1", "for=8.8.8.8, for=unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=8.8.8.8, for=_mX7", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=8.8.8.8, proto=https", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=8.8.8.8;for=203.0.113.9", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=\"203.0.113.9", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=\"203.0.113.9\\\"", "10.0.0.1")]
    [InlineData("10.0.0.1", "for=203.0.113.9;", "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.9", "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    public async Task Forwarded_NamesTheCallerOfDeclaredProxiesOnly(string peer, string header, string expected) =>
        Assert.Equal(expected, await CallerAsync(peer, ForwardedHeader.Forwarded, ("Forwarded", header)));

    [Theory]
    [InlineData(ForwardedHeader.XForwardedFor, "203.0.113.9")]
    [InlineData(ForwardedHeader.Forwarded, "198.51.100.4")]
    public async Task Headers_WhenAllOfThemCome_OnlyTheDeclaredOneIsRead(ForwardedHeader declared, string expected) =>
        Assert.Equal(expected, await CallerAsync(
            "10.0.0.1", declared, ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=198.51.100.4"), ("X-Real-IP", "8.8.8.8"), ("X-Original-For", "8.8.8.8"), ("True-Client-IP", "8.8.8.8"),
            ("X-Client-IP", "8.8.8.8"), ("CF-Connecting-IP", "8.8.8.8"), ("X_Forwarded_For", "8.8.8.8"), ("X-Forwarded-Host", "evil.example")));

    [Theory]
    [InlineData(200)]
    [InlineData(1_000)]
    public async Task XForwardedFor_WhenTheListIsLong_IsReadFromItsEnd(int spoofed)
    {
        var forged = string.Join(", ", Enumerable.Repeat("10.0.0.2", spoofed));
        Assert.Equal("203.0.113.9", await CallerAsync("10.0.0.1", ForwardedHeader.XForwardedFor, ("X-Forwarded-For", $"8.8.8.8, {forged}, 203.0.113.9")));
        Assert.Equal("203.0.113.9", await CallerAsync("10.0.0.1", ForwardedHeader.XForwardedFor, ("X-Forwarded-For", $"8.8.8.8, 203.0.113.9, {forged}")));
    }

    [Theory]
    [InlineData("10.0.0.1", "203.0.113.9", "https", "https")]
    [InlineData("10.0.0.1", "203.0.113.9", "HTTPS", "https")]
    [InlineData("10.0.0.1", "203.0.113.9, 10.0.0.2", "https, http", "https")]
    [InlineData("10.0.0.1", "203.0.113.9, 10.0.0.2", "https", "https")]
    [InlineData("10.0.0.1", "203.0.113.9", "https, http", "http")]
    [InlineData("10.0.0.1", "203.0.113.9", "gopher", "http")]
    [InlineData("10.0.0.1", "203.0.113.9", "", "http")]
    [InlineData("198.51.100.7", "203.0.113.9", "https", "http")]
    public async Task XForwardedProto_IsBelievedAsFarAsTheProxiesReach(string peer, string hops, string protos, string expected)
    {
        var context = Context(peer, ("X-Forwarded-For", hops), ("X-Forwarded-Proto", protos));
        await Middleware(ForwardedHeader.XForwardedFor).InvokeAsync(context);
        Assert.Equal(expected, context.Request.Scheme);
    }

    [Fact]
    public async Task Forwarded_WhenItNamesTheScheme_IsTheSchemeOfTheRequest()
    {
        var context = Context("10.0.0.1", ("Forwarded", "for=203.0.113.9;proto=https, for=10.0.0.2;proto=http"));
        await Middleware(ForwardedHeader.Forwarded).InvokeAsync(context);
        Assert.Equal("https", context.Request.Scheme);
    }

    [Fact]
    public async Task Header_WhenNoProxyIsDeclaredOrThePortIsInternal_ChangesNothing()
    {
        var undeclared = Context("10.0.0.1", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"));
        await new ForwardedCaller(_ => Task.CompletedTask, new FrontOptions { DataFolder = "/" }).InvokeAsync(undeclared);
        Assert.Equal(("10.0.0.1", "http"), (CallerAddress.Of(undeclared)!.ToString(), undeclared.Request.Scheme));

        var @internal = Context("10.0.0.1", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"));
        @internal.Features.Set(new ListenerFeature(Listener.Internal));
        await Middleware(ForwardedHeader.XForwardedFor).InvokeAsync(@internal);
        Assert.Equal(("10.0.0.1", "http"), (CallerAddress.Of(@internal)!.ToString(), @internal.Request.Scheme));
    }

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("fe80::1%7", "fe80::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    public void Normal_OfEveryAddress_IsOneForm(string address, string expected) => Assert.Equal(IPAddress.Parse(expected), CallerAddress.Normal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7/32")]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1/32")]
    [InlineData("10.1.0.1/16", null)]
    [InlineData("10.1.0.0/33", null)]
    [InlineData("::ffff:0.0.0.0/90", null)]
    [InlineData("10.1/16", null)]
    [InlineData("proxy.example", null)]
    [InlineData("[::1]", null)]
    public void ParseNetwork_TakesPrefixNotationOnly(string text, string? expected) =>
        Assert.Equal(expected is null ? null : IPNetwork.Parse(expected), CallerAddress.ParseNetwork(text));

    private static async Task<string> CallerAsync(string peer, ForwardedHeader declared, params (string Name, string Lines)[] headers)
    {
        var context = Context(peer, headers);
        await Middleware(declared).InvokeAsync(context);
        return CallerAddress.Of(context)!.ToString();
    }

    private static ForwardedCaller Middleware(ForwardedHeader declared) =>
        new(_ => Task.CompletedTask, new FrontOptions { DataFolder = "/", BehindProxy = s_proxies, ForwardedHeader = declared });

    private static DefaultHttpContext Context(string peer, params (string Name, string Lines)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        foreach (var (name, lines) in headers)
            context.Request.Headers[name] = new StringValues(lines.Split('|'));
        return context;
    }
}
