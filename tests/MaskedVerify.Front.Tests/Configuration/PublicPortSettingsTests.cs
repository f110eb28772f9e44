using System.Net;
using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Tests.Configuration;

public sealed class PublicPortSettingsTests
{
    [Fact]
    public void Read_WhenACertificateIsGiven_ListensWithTlsOnLoopback()
    {
        var settings = Read("--certificate", "c.pem", "--certificate-key", "k.pem");

        Assert.Equal([new PublicEndpoint(new IPEndPoint(IPAddress.Loopback, 8443), IsTls: true)], settings.Options.PublicEndpoints);
        Assert.Equal(("/somewhere/c.pem", "/somewhere/k.pem"), (settings.Section["Tls:Certificate"], settings.Section["Tls:Key"]));
    }

    [Theory]
    [InlineData("--urls=https://*:8443 --certificate=c --certificate-key=k")]
    [InlineData("--urls=https://*:8443;http://127.0.0.1:8080 --certificate=c --certificate-key=k")]
    [InlineData("--urls=http://*:8080 --behind-proxy=10.0.0.0/8")]
    [InlineData("--urls=http://[::1]:8080")]
    [InlineData("--urls=http://127.0.0.2:8080")]
    [InlineData("--urls=https://*:8443 --certificate=c --certificate-key=k --behind-proxy=10.0.0.7,2001:db8::/48 --forwarded-header=forwarded")]
    public void Read_WhenNothingCrossesANetworkInPlainText_IsTaken(string args) => Assert.NotEmpty(Read(args.Split(' ')).Options.PublicEndpoints);

    [Theory]
    [InlineData("--urls=http://*:8080", "--urls http://0.0.0.0:8080 can be reached from outside this machine")]
    [InlineData("--urls=http://[::]:8080", "--urls http://[::]:8080 can be reached from outside this machine")]
    [InlineData("--urls=http://192.0.2.1:1;http://192.0.2.2:2", "--urls http://192.0.2.1:1 can|--urls http://192.0.2.2:2 can")]
    [InlineData("--urls=https://*:8443", "TLS needs --certificate FILE and --certificate-key FILE")]
    [InlineData("--certificate=c", "--certificate needs --certificate-key FILE too")]
    [InlineData("--certificate-key=k", "--certificate-key needs --certificate FILE too")]
    [InlineData("--urls=http://127.0.0.1:1 --certificate=c --certificate-key=k", "no address of --urls begins with https://")]
    [InlineData("--urls=http://*:1 --behind-proxy=proxy.example", "--behind-proxy: expected addresses or networks")]
    [InlineData("--behind-proxy=10.0.0.1/8", "--behind-proxy: expected addresses or networks")]
    [InlineData("--behind-proxy=0.0.0.0/0", "--behind-proxy: a network with prefix /0 is everybody")]
    [InlineData("--forwarded-header=Forwarded", "--forwarded-header means nothing without --behind-proxy")]
    [InlineData("--behind-proxy=10.0.0.1 --forwarded-header=X-Real-IP", "--forwarded-header: expected X-Forwarded-For or Forwarded")]
    [InlineData("--role=egress --engine=postgres --certificate=c --certificate-key=k --behind-proxy=10.0.0.1", "--certificate is not for --role egress|--certificate-key is not for|--behind-proxy is not for")]
    public void Read_WhenThePublicPortIsUnsafeOrHalfConfigured_SaysWhatToDo(string args, string expected)
    {
        var mistakes = Assert.Throws<FrontConfigurationException>(() => Read(args.Split(' '))).Mistakes;

        var parts = expected.Split('|');
        Assert.Equal(parts.Length, mistakes.Count);
        Assert.All(parts, part => Assert.Contains(mistakes, m => m.Contains(part, StringComparison.Ordinal)));
    }

    private static FrontSettings Read(params string[] args) => FrontSettings.Read(FrontCommandLine.Parse(args), new System.Collections.Hashtable(), "/somewhere");
}
