namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A data folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("mv-cluster-").FullName;

    /// <summary>The data folder; it does not exist before a server makes it.</summary>
    public string Data => Path.Combine(_parent, "data");

    public string File(string name) => Path.Combine(_parent, name);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
