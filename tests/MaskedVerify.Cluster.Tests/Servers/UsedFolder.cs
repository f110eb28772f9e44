namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A data folder that a server made and left in order, to be copied; and a server that runs on it.</summary>
public sealed class UsedFolder : ServedFolder
{
    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await using (var first = await ServerProcess.StartAsync(_folder.Data))
            Assert.Equal(0, await first.TerminateAsync());
        Copy(_folder.Data, Left);
        await base.InitializeAsync();
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
