using System.Runtime.InteropServices;

namespace MaskedVerify.Privacy;

/// <summary>Two calls to libc that .NET has no atomic or durable counterpart of.</summary>
internal static partial class UnixFiles
{
    private const int ReadOnly = 0;
    private const int FileExists = 17;

    /// <summary>
    /// Gives a file a second name in one step; false if that name is taken. <c>File.Move</c> without overwriting looks first and renames then: of two at once
    /// both may succeed, and the second replaces the first one's file.
    /// </summary>
    /// <exception cref="IOException">The file system cannot do it.</exception>
    public static bool TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == FileExists ? false : throw new IOException($"link failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}).");
    }

    /// <summary>Makes new entries of a directory durable. A file system that cannot do it is not an error: the file's bytes are durable already.</summary>
    public static void FlushDirectory(string directory)
    {
        var descriptor = Open(directory, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Fsync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
