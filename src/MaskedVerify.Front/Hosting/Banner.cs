using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>What the server prints when it is ready: where it listens, the sandbox key, and three lines that try it in bash.</summary>
internal static class Banner
{
    /// <summary>The magic number of the three lines: always delivered.</summary>
    private const string Number = "+12025550100";

    private const string OtherKey = "its key is in sandbox.key of the silo that made it; copy that file here, or set MASKEDVERIFY_SANDBOX_KEY, to see it on this one too";

    /// <summary>The whole text.</summary>
    public static string Text(ServerInfo info, FrontOptions options) =>
        $"""
        MaskedVerify {FrontHelp.Version}
          public    {info.PublicAddress}   API reference: {info.PublicAddress}/docs   sandbox inbox: {info.PublicAddress}/sandbox
          internal  {info.InternalAddress}   dashboard: {info.InternalAddress}/ops   metrics: {info.InternalAddress}/metrics{(options.OpenOnLoopback ? "" : "   (operator key needed)")}
          data      {options.DataFolder}{Gateway(info)}
          sandbox   {(info.SandboxKey.Length > 0 ? info.SandboxKey : OtherKey)}
        {(info.SandboxKey.Length > 0 ? Trial(info) : "")}
        """;

    private static string Trial(ServerInfo info) =>
        $"""

        Try it (bash): start a verification, read its code in the sandbox inbox, check it.

        {string.Join(Environment.NewLine, Lines(info))}

        """;

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
            $"""V=$(curl -s {api}/v1/verifications {key} {Json} -d '{Body.Replace("NUMBER", Number, StringComparison.Ordinal)}'); echo "$V" """.TrimEnd(),
            $"""M=$(curl -s "{api}/sandbox/messages?alias=$(echo "$V" | grep -o 'pa-[a-z0-9]*')" {key}); echo "$M" """.TrimEnd(),
            $"""curl -s {api}/v1/verifications/"$(echo "$V" | grep -o 'vf-[a-z0-9]*')"/check {key} {Json} -d '{Code}'; echo""",
        ];
    }

    private static string Gateway(ServerInfo info) => info.GatewayPort is { } port ? $"{Environment.NewLine}  gateway   127.0.0.1:{port} (Orleans clients)" : "";
}
