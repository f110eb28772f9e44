using System.Net;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Hosting;

/// <summary>What the server prints when it is ready: where it listens, the sandbox key, and three lines that try it in bash.</summary>
internal static class Banner
{
    /// <summary>The magic number of the three lines: always delivered.</summary>
    private const string Number = "+12025550100";

    private const string OtherKey = "its key is in sandbox.key of the silo that made it; copy that file here, or set MASKEDVERIFY_SANDBOX_KEY, to see it on this one too";

    /// <summary>The whole text.</summary>
    public static string Text(ServerInfo info, FrontOptions options) => options.Roles == SiloRoles.All ? WholeText(info, options) : SiloText(info, options);

    private static string WholeText(ServerInfo info, FrontOptions options) =>
        $"""
        MaskedVerify {FrontHelp.Version}
          public    {info.PublicAddress}   API reference: {info.PublicAddress}/docs   sandbox inbox: {info.PublicAddress}/sandbox
          internal  {info.InternalAddress}   dashboard: {info.InternalAddress}/ops   metrics: {info.InternalAddress}/metrics{(options.HasOpenPages ? "" : "   (operator key needed)")}
          data      {options.DataFolder}{Gateway(info, options)}
          sandbox   {(info.SandboxKey.Length > 0 ? info.SandboxKey : OtherKey)}
        {(info.SandboxKey.Length > 0 ? Trial(info, options) : "")}
        """;

    private static string Trial(ServerInfo info, FrontOptions options) =>
        $"""

        Try it in a second terminal, explained step by step:

        {TryLine(info, options)}

        or by hand (bash): start a verification, read its code in the sandbox inbox, check it.

        {string.Join(Environment.NewLine, Lines(info))}

        """;

    // In the folder of the sources nothing is installed yet.
    private static string TryLine(ServerInfo info, FrontOptions options) => string.Concat(
        File.Exists("src/MaskedVerify.Cli/MaskedVerify.Cli.csproj") ? "dotnet run --project src/MaskedVerify.Cli -- try" : "maskedverify try",
        info.PublicAddress is "http://127.0.0.1:8080" ? "" : $" --public {info.PublicAddress}",
        options.DataFolder == Path.GetFullPath("data") ? "" : $" --data {options.DataFolder}");

    /// <summary>A silo of some roles: whoever runs several knows what to try.</summary>
    private static string SiloText(ServerInfo info, FrontOptions options)
    {
        string[] lines =
        [
            $"MaskedVerify {FrontHelp.Version}",
            $"  roles     {options.Roles.ToString().ToLowerInvariant()}   (cluster: mutual TLS {(options.ClusterTls ? "on" : "off")})",
            .. options.Has(SiloRoles.Front) ? [$"  public    {info.PublicAddress}   API reference: {info.PublicAddress}/docs"] : Array.Empty<string>(),
            $"  internal  {info.InternalAddress}   health: {info.InternalAddress}/health/ready   metrics: {info.InternalAddress}/metrics",
            $"  data      {options.DataFolder}{Gateway(info, options)}",
            .. info.SandboxKey.Length > 0 ? [$"  sandbox   {info.SandboxKey}"] : Array.Empty<string>(),
            "The silo runs.",
            "",
        ];
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>The three lines.</summary>
    public static IReadOnlyList<string> Lines(ServerInfo info)
    {
        var api = info.PublicAddress;
        var key = $"-H 'Authorization: Bearer {info.SandboxKey}'";
        const string Json = "-H 'Content-Type: application/json'";
        const string Body = """{"to":{"phoneNumber":"NUMBER"}}""";
        const string Code = """{"code":"'$(echo "$M" | sed 's/[^}]*"code":"\([0-9]*\).*/\1/')'"}""";
        return
        [
            $"""V=$(curl -s {info.CurlOptions}{api}/v1/verifications {key} {Json} -d '{Body.Replace("NUMBER", Number, StringComparison.Ordinal)}'); echo "$V" """.TrimEnd(),
            $"""M=$(curl -s {info.CurlOptions}"{api}/sandbox/messages?alias=$(echo "$V" | grep -o 'pa-[a-z0-9]*')" {key}); echo "$M" """.TrimEnd(),
            $"""curl -s {info.CurlOptions}{api}/v1/verifications/"$(echo "$V" | grep -o 'vf-[a-z0-9]*')"/check {key} {Json} -d '{Code}'; echo""",
        ];
    }

    private static string Gateway(ServerInfo info, FrontOptions options) => info.GatewayPort is { } port ? $"{Environment.NewLine}  gateway   {new IPEndPoint(options.SiloAddress, port)} (Orleans clients)" : "";
}
