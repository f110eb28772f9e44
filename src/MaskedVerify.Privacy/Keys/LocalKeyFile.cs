using System.Security.Cryptography;

namespace MaskedVerify.Privacy;

/// <summary>
/// The root key in a file: exactly 32 random bytes, nothing else. The file is closed to group and others (made 0600), its directory too (made 0700).
/// </summary>
/// <remarks>
/// Made at the first start: written and flushed under a temporary name, then linked to its own name, which fails if that exists. So the file is never seen
/// half-written, and of two processes that start at once both end with the same key. Permissions are not checked on Windows.
/// </remarks>
internal static class LocalKeyFile
{
    /// <summary>Reads the key into <paramref name="destination"/> (32 bytes); makes the file first if there is none. True if it was made.</summary>
    /// <exception cref="KeyManagementException">The file or directory cannot be used; the message says what to do.</exception>
    public static bool ReadOrCreate(string path, Span<byte> destination)
    {
        path = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(path) ?? throw new KeyManagementException($"The root key path '{path}' names no file: set RootKeyPath to a file.");
        try
        {
            var created = !Path.Exists(path) && Create(directory, path);
            CheckMode(directory, OwnerOnly.OfFolder);
            Read(path, destination);
            return created;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyManagementException(
                $"The root key file '{path}' cannot be used ({e.GetType().Name}): give the account of this process read access to it and write access to its directory.", e);
        }
    }

    private static bool Create(string directory, string path)
    {
        OwnerOnly.MakeFolder(directory);
        CheckMode(directory, OwnerOnly.OfFolder);
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp";
        try
        {
            WriteNew(temporary);
            return TryPublish(temporary, path, directory);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteNew(string temporary)
    {
        Span<byte> key = stackalloc byte[KeyNames.KeySize];
        RandomNumberGenerator.Fill(key);
        using var file = OwnerOnly.OpenFile(temporary, FileMode.CreateNew);
        file.Write(key);
        CryptographicOperations.ZeroMemory(key);
        file.Flush(flushToDisk: true);
    }

    private static bool TryPublish(string temporary, string path, string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMove(temporary, path);
        }

        try
        {
            if (!UnixFiles.TryLink(temporary, path))
            {
                return false;
            }
        }
        catch (IOException e)
        {
            throw new KeyManagementException(
                $"The root key file '{path}' cannot be made safely on this file system ({e.Message}) Make it by hand: head -c 32 /dev/urandom > '{path}' && chmod 600 '{path}'", e);
        }

        UnixFiles.FlushDirectory(directory);
        return true;
    }

    private static bool TryMove(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    private static void Read(string path, Span<byte> destination)
    {
        if (Directory.Exists(path))
        {
            throw new KeyManagementException($"The root key path '{path}' is a directory: set RootKeyPath to a file.");
        }

        CheckMode(path, OwnerOnly.OfFile);
        using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, BufferSize = 0 });
        if (file.Length != KeyNames.KeySize)
        {
            throw new KeyManagementException(
                $"The root key file '{path}' has {file.Length} bytes instead of {KeyNames.KeySize}: it is truncated or another file. Restore the right file from its backup; "
                + "only if nothing has been stored yet may it be deleted, so that a new one is made.");
        }

        file.ReadExactly(destination);
    }

    private static void CheckMode(string path, UnixFileMode wanted)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var mode = File.GetUnixFileMode(path);
        if (OwnerOnly.IsOpen(mode) || !mode.HasFlag(UnixFileMode.UserRead))
        {
            throw new KeyManagementException(
                $"'{path}' has mode {OwnerOnly.Octal(mode)}, but a root key must be open to its owner alone (mode {OwnerOnly.Octal(wanted)}): run chmod {OwnerOnly.Octal(wanted)} '{path}'"
                + " and consider the key known if others had an account on this machine.");
        }
    }
}
