namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A server at its first start on an empty folder, for the classes that only look at it.</summary>
[CollectionDefinition(Name)]
public sealed class FirstServer : IAsyncLifetime, ICollectionFixture<FirstServer>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "first server";

    private readonly TempFolder _folder = new();
    private ServerProcess? _process;

    /// <summary>Its data folder.</summary>
    public string Data => _folder.Data;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("The server did not start.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _process = await ServerProcess.StartAsync(_folder.Data);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process is not null)
                await _process.DisposeAsync();
        }
        finally
        {
            _folder.Dispose();
        }
    }
}
