using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>The folder that holds databases and keys of this process, and of no other one at the same time.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream hold)
    {
        Path = path;
        _lock = hold;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder if it is new (0700) and takes it.</summary>
    /// <exception cref="FrontStartException">It cannot be made or written, or another process has it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            if (!Directory.Exists(path))
                Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrontStartException(ExitCodes.DataUnusable, $"The data folder {path} cannot be made: {e.Message} Choose another one with --data DIR.", e);
        }

        var hold = System.IO.Path.Combine(path, "server.lock");
        try
        {
            return new DataFolder(path, new FileStream(hold, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FrontStartException(ExitCodes.DataUnusable, $"The data folder {path} cannot be written by this user. Change its owner, or choose another one with --data DIR.", e);
        }
        catch (IOException e)
        {
            throw new FrontStartException(ExitCodes.DataUnusable, $"The data folder {path} is in use by another server, or cannot be written ({e.Message}). Stop the other one, or choose another folder with --data DIR.", e);
        }
    }

    /// <summary>The text of a secret file, or null when there is none.</summary>
    public string? ReadSecret(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Writes a secret file that only its owner can read (0600), whole or not at all.</summary>
    public void WriteSecret(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        var draft = file + ".new";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(draft, create))
        {
            writer.WriteLine(text);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}
