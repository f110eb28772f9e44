namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A data folder that a server made and left in order, to be copied; and a server that runs on it.</summary>
public sealed class UsedFolder : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ServerProcess? _process;

    /// <summary>The folder of <see cref="Process"/>.</summary>
    public string Data => _folder.Data;

    internal ServerProcess Process => _process ?? throw new InvalidOperationException("The server did not start.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await using (var first = await ServerProcess.StartAsync(_folder.Data))
            Assert.Equal(0, await first.TerminateAsync());
        Copy(_folder.Data, Left);
        _process = await ServerProcess.StartAsync(_folder.Data);
    }

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

    /// <summary>Copies the folder as the server left it.</summary>
    public void CopyTo(string data) => Copy(Left, data);

    private string Left => _folder.File("left");

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, folder));
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(copy);
            else
                Directory.CreateDirectory(copy, File.GetUnixFileMode(folder));
            foreach (var file in Directory.GetFiles(folder))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
    }
}
