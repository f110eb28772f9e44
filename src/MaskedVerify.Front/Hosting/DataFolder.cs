using MaskedVerify.Front.Configuration;
using MaskedVerify.Privacy;

namespace MaskedVerify.Front.Hosting;

/// <summary>The folder that holds databases and keys of this process, and of no other one at the same time.</summary>
internal sealed partial class DataFolder : IDisposable
{
    private const string LockFile = "server.lock";

    private readonly FileStream _lock;
    private readonly ILogger<DataFolder> _logger;

    private DataFolder(string path, FileStream hold, ILogger<DataFolder> logger)
    {
        Path = path;
        _lock = hold;
        _logger = logger;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder if it is new, closes it to others (0700) and takes it.</summary>
    /// <exception cref="FrontStartException">It cannot be made, closed or written, or another process has it.</exception>
    public static DataFolder Open(string path, ILogger<DataFolder> logger)
    {
        string? mended;
        try
        {
            if (!Directory.Exists(path))
                OwnerOnly.MakeFolder(path);
            mended = OwnerOnly.CloseFolder(path, LockFile, "control.db");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrontStartException(ExitCodes.DataUnusable, $"The data folder {path} cannot be made or used: {e.Message} Choose another one with --data DIR.", e);
        }

        var hold = System.IO.Path.Combine(path, LockFile);
        try
        {
            var folder = new DataFolder(path, OwnerOnly.OpenFile(hold, FileMode.OpenOrCreate, FileShare.None), logger);
            if (mended is not null)
                folder.LogClosed(mended);
            folder.Close(hold);
            return folder;
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

    /// <summary>The text of a secret file, which is closed to others (0600) if it was not; null when there is none.</summary>
    public string? ReadSecret(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file))
            return null;
        Close(file);
        return File.ReadAllText(file).Trim();
    }

    /// <summary>Writes a secret file that only its owner can read (0600), whole or not at all.</summary>
    public void WriteSecret(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        var draft = file + ".new";
        using (var writer = new StreamWriter(OwnerOnly.OpenFile(draft, FileMode.Create)))
        {
            writer.WriteLine(text);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private void Close(string path)
    {
        try
        {
            if (OwnerOnly.Close(path) is { } mended)
                LogClosed(mended);
        }
        catch (IOException e)
        {
            Dispose();
            throw new FrontStartException(ExitCodes.DataUnusable, e.Message, e);
        }
    }

    [LoggerMessage(EventIds.DataFolderOpen, LogLevel.Warning, "{Mended} Who had an account on this machine may have read it.")]
    private partial void LogClosed(string mended);
}
