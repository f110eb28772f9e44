namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A data folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("mv-cluster-").FullName;

    /// <summary>The data folder; it does not exist before a server makes it.</summary>
    public string Data => Path.Combine(_parent, "data");

    /// <summary>The folder that the data folder is in.</summary>
    public string Parent => _parent;

    public string File(string name) => Path.Combine(_parent, name);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
