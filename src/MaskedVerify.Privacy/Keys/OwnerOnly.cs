namespace MaskedVerify.Privacy;

/// <summary>Folders (mode 0700) and files (0600) that are closed to everybody but their owner. On Windows, which has no modes, nothing is looked at or changed.</summary>
public static class OwnerOnly
{
    /// <summary>0600.</summary>
    internal const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>0700.</summary>
    internal const UnixFileMode OfFolder = OfFile | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder, and those above it that are missing.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OfFolder);
        }
    }

    /// <summary>Opens a file to write; one that is made is closed to others from its first moment.</summary>
    public static FileStream OpenFile(string path, FileMode mode, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OfFile;
        }

        return new FileStream(path, options);
    }

    /// <summary>As <see cref="Close"/>, for a folder that is empty or ours: whoever names <c>/tmp</c> by mistake must not find it closed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="marks">Names of files of which one at least is in a folder of ours.</param>
    /// <returns>A sentence about what was mended; null when it was closed already.</returns>
    /// <exception cref="IOException">It is open to others, and cannot be closed or holds something else; the message says what to do.</exception>
    public static string? CloseFolder(string path, params IEnumerable<string> marks)
    {
        var isOurs = OperatingSystem.IsWindows() || !IsOpen(File.GetUnixFileMode(path)) || marks.Any(mark => File.Exists(Path.Combine(path, mark)))
            || !Directory.EnumerateFileSystemEntries(path).Any();
        return isOurs ? Close(path) : throw new IOException($"{path} is open to others and holds something else: name a folder of its own, or if it is one run chmod 700 '{path}'.");
    }

    /// <summary>Takes from others what they may do with an existing folder or file.</summary>
    /// <returns>A sentence about what was mended; null when it was closed already.</returns>
    /// <exception cref="IOException">It is open to others and cannot be closed; the message says what to do.</exception>
    public static string? Close(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = File.GetUnixFileMode(path);
        if (!IsOpen(mode))
        {
            return null;
        }

        var wanted = Directory.Exists(path) ? OfFolder : OfFile;
        try
        {
            File.SetUnixFileMode(path, mode & wanted);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{path} is open to others (mode {Octal(mode)}), and this user may not close it: run chmod {Octal(wanted)} '{path}' as its owner, or name a folder that belongs to this user.", error);
        }

        return $"{path} was open to others (mode {Octal(mode)}) and is closed now (mode {Octal(mode & wanted)}).";
    }

    /// <summary>Whether anybody but the owner may do something.</summary>
    internal static bool IsOpen(UnixFileMode mode) => (mode & Others) != UnixFileMode.None;

    /// <summary>As chmod writes it.</summary>
    internal static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);
}
