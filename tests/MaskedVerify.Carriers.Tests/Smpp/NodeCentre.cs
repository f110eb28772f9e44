using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>An SMS centre that we did not write: <c>node/centre.js</c> over the npm package <c>smpp</c>. The process ends with this object.</summary>
internal sealed class NodeCentre : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<JsonNode> _events = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private NodeCentre(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? string.Empty);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; private set; }

    public IReadOnlyList<JsonNode> Events(string name) => [.. _events.Where(node => (string?)node["event"] == name)];

    /// <param name="module"><c>smpp</c> (0.5.1) or <c>smpp-next</c> (0.6.0-rc.4).</param>
    /// <param name="options">See <c>centre.js</c>.</param>
    public static async Task<NodeCentre> StartAsync(string module, params (string Key, JsonNode Value)[] options)
    {
        var folder = Folder();
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules", module)),
            $"The npm packages of the foreign SMS centre are missing: run 'npm ci' in {folder} (tests/run.sh does).");
        var argument = new JsonObject { ["module"] = module, ["port"] = 0, ["password"] = SmppHost.Password };
        foreach (var (key, value) in options)
        {
            argument[key] = value;
        }

        var start = new ProcessStartInfo("node", ["centre.js", argument.ToJsonString()])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var centre = new NodeCentre(Process.Start(start)!);
        await Eventually.TrueAsync(() => centre.Events("listening").Count == 1 || centre._process.HasExited, "node listens");
        Assert.False(centre._process.HasExited, string.Join('\n', centre._errors));
        centre.Port = (int)centre.Events("listening")[0]["port"]!;
        return centre;
    }

    /// <summary>The texts of all submits, parts put together by their references.</summary>
    public IReadOnlyList<string> Texts() =>
        [.. Events("submit").GroupBy(submit => (string?)submit["reference"] ?? (string)submit["id"]!, StringComparer.Ordinal)
            .Select(parts => string.Concat(parts.OrderBy(part => (int)part["part"]!).Select(part => (string)part["text"]!)))];

    /// <summary>Ends the process as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "node");

    private void Add(string? line)
    {
        if (line is not null)
        {
            _events.Enqueue(JsonSerializer.Deserialize<JsonNode>(line)!);
        }
    }
}
