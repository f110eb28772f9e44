namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A data folder and a server that runs on it, for all tests of a fixture.</summary>
public abstract class ServedFolder : IAsyncLifetime
{
    private protected readonly TempFolder _folder = new();
    private ServerProcess? _process;

    /// <summary>The folder of <see cref="Process"/>.</summary>
    public string Data => _folder.Data;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("The server did not start.");

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => _process = await ServerProcess.StartAsync(_folder.Data);

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
            GC.SuppressFinalize(this);
        }
    }
}
