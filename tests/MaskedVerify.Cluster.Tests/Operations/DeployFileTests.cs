using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What cannot be run without a container engine, judged by schemas and a linter that others wrote; each judge is shown files that it must refuse.</summary>
public sealed class DeployFileTests
{
    [Fact]
    public async Task Dockerfile_HasNoFault_AndAWrongOneHas()
    {
        var file = Tool.Deploy("Dockerfile");
        Assert.Empty(await JudgeAsync("dockerfile", file));
        await RefusedAsync("dockerfile", file, ("USER 1654", "USR 1654"), ("--interval=10s", "--intervall=10s"), ("EXPOSE 8080", "EXPOSE web"));
    }

    [Fact]
    public async Task Dockerfile_RunsAsNobodyInParticular_OnPinnedImages_WithAHealthCheckThatNeedsNoShell()
    {
        var lines = await File.ReadAllLinesAsync(Tool.Deploy("Dockerfile"), TestContext.Current.CancellationToken);
        Assert.All(lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)), l => Assert.Matches("^FROM [a-z./]+:[0-9]+\\.[0-9]+\\.[0-9]+[a-z-]* AS [a-z]+$", l));
        Assert.Contains("chiseled", lines.Last(l => l.StartsWith("FROM ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Matches("^USER [1-9][0-9]*$", lines.Single(l => l.StartsWith("USER", StringComparison.Ordinal)));
        Assert.EndsWith("CMD [\"/app/MaskedVerify.Front\", \"--health\"]", lines.Single(l => l.StartsWith("HEALTHCHECK", StringComparison.Ordinal)), StringComparison.Ordinal);
        foreach (var source in lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal)).SelectMany(l => l.Split(' ')[1..^1]))
            Assert.True(Path.Exists(Tool.Deploy("..", source)), $"{source} is copied and does not exist");
    }

    [Fact]
    public async Task ComposeFiles_FitTheirSpecification_AndWrongOnesDoNot()
    {
        var files = Directory.GetFiles(Tool.Deploy(), "compose.*.yaml");
        Assert.Equal(2, files.Length);
        Assert.Empty(await JudgeAsync("compose", files));
        await RefusedAsync(
            "compose",
            Tool.Deploy("compose.postgres.yaml"),
            ("depends_on:", "dependson:"), ("condition: service_completed_successfully", "condition: service_done"), ("read_only: true", "read_only: often"), ("networks: [cluster]", "networks: [clutser]"),
            ("postgres:17.6-alpine", "postgres:latest"), ("secrets: [pgpass]", "secrets: [pgpas]"));
    }

    [Fact]
    public async Task Manifests_FitTheKubernetesSchemas_AndAreHardened_AndWrongOnesAreNot()
    {
        var files = Directory.GetFiles(Tool.Deploy("kubernetes"), "*.yaml");
        Assert.Empty(await JudgeAsync("kubernetes", files));
        await RefusedAsync(
            "kubernetes",
            Tool.Deploy("kubernetes", "vault.yaml"),
            ("replicas:", "replicass:"), ("replicas: 3", "replicas: three"), ("matchLabels: *labels", "matchLabel: *labels"), ("runAsNonRoot: true", "runAsNonRoot: false"), ("mountPath: /data", "mountpath: /data"),
            ("kind: Deployment", "kind: Deploymnt"), ("{ name: tmp, mountPath", "{ name: temp, mountPath"), ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"), ("port: internal }", "prt: internal }"),
            ("image: maskedverify:0.1.0", "image: maskedverify"));
        var listed = await File.ReadAllTextAsync(Tool.Deploy("kubernetes", "kustomization.yaml"), TestContext.Current.CancellationToken);
        Assert.All(files.Select(Path.GetFileName).Where(f => f != "kustomization.yaml"), f => Assert.Contains($"  - {f}\n", listed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OtherYaml_Parses()
    {
        var files = new[] { "grafana", "prometheus" }.SelectMany(d => Directory.GetFiles(Tool.Deploy(d), "*.y*ml", SearchOption.AllDirectories)).ToArray();
        Assert.NotEmpty(files);
        Assert.Empty(await JudgeAsync("yaml", files));
    }

    private static async Task<string[]> JudgeAsync(string kind, params string[] files)
    {
        var (code, output) = await Tool.RunAsync("node", [Tool.Deploy("..", "tests", "MaskedVerify.Cluster.Tests", "node", "judge.mjs"), kind, .. files]);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length == 0, code == 0);
        return lines;
    }

    // All wrong files in one run of the judge; each must be among those that it complains about.
    private static async Task RefusedAsync(string kind, string file, params (string Right, string Wrong)[] changes)
    {
        using var folder = new TempFolder();
        var text = await File.ReadAllTextAsync(file);
        List<string> files = [];
        foreach (var (right, wrong) in changes)
        {
            Assert.Contains(right, text, StringComparison.Ordinal);
            files.Add(folder.File($"wrong-{files.Count}.file"));
            await File.WriteAllTextAsync(files[^1], text.Replace(right, wrong, StringComparison.Ordinal));
        }

        var faults = await JudgeAsync(kind, [.. files]);
        Assert.All(files.Zip(changes), f => Assert.True(faults.Any(l => l.StartsWith(f.First, StringComparison.Ordinal)), $"nobody minds {f.Second.Wrong}"));
    }
}
