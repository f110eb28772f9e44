using System.Text.Json;
using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>One thing that deploy/ starts from the image.</summary>
/// <param name="Name">File or folder, and the name in it: <c>compose.postgres.yaml/silo-1</c>, <c>kubernetes/vault</c>.</param>
/// <param name="Base">The image that ours is built on.</param>
/// <param name="Environment">Every variable that it sees: the image's, and over them its own.</param>
/// <param name="Command">What it runs instead of the image's entry point; empty: the server.</param>
/// <param name="Grace">How long it has to end, in seconds with an s; empty: not said.</param>
internal sealed partial record Workload(string Name, string Base, Dictionary<string, string> Environment, string[] Command, string Grace)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Those of the compose files and the manifests.</summary>
    public static async Task<IReadOnlyList<Workload>> AllAsync()
    {
        var (code, output) = await Tool.RunAsync("node", [Tool.Deploy("..", "tests", "MaskedVerify.Cluster.Tests", "node", "workloads.mjs"), Tool.Deploy()]);
        Assert.True(code == 0, output);
        return JsonSerializer.Deserialize<Workload[]>(output, Json)!;
    }

    /// <summary>Those that run silos.</summary>
    public static async Task<IReadOnlyList<Workload>> SilosAsync() => [.. (await AllAsync()).Where(w => w.Command.Length == 0)];

    /// <summary>The variables of a process on this machine: what only this machine has is replaced, everything else stays as it is.</summary>
    /// <param name="values">Whole texts, and variables of compose, with what stands for them.</param>
    /// <param name="parts">Parts of texts.</param>
    public Dictionary<string, string> Fill(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> parts) =>
        Environment.ToDictionary(v => v.Key, v => Fill(v.Value, values, parts), StringComparer.Ordinal);

    /// <summary>As above, for one text.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> parts)
    {
        if (values.TryGetValue(text, out var whole))
            return whole;
        text = ComposeVariable().Replace(text, m => values.GetValueOrDefault(m.Groups["name"].Value) ?? m.Groups["default"].Value);
        foreach (var (from, to) in parts)
            text = text.Replace(from, to, StringComparison.Ordinal);
        Assert.DoesNotMatch("^(secret|field):", text);
        return text;
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(:-(?<default>[^}]*)|:\?[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ComposeVariable();
}
