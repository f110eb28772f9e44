namespace MaskedVerify.Load.Servers;

/// <summary>A folder that is removed at the end, unless it was given from outside.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly bool _ours;

    private TempFolder(string path, bool ours)
    {
        Path = path;
        _ours = ours;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>The given folder, or a new one.</summary>
    public static TempFolder Open(string? given)
    {
        if (given is not null)
            return new TempFolder(System.IO.Path.GetFullPath(given), false);
        return new TempFolder(Directory.CreateTempSubdirectory("maskedverify-load-").FullName, true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ours && Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
