using System.Diagnostics;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>
/// A disk of a few megabytes that only one server sees: a tmpfs in a mount namespace of its own. The test reaches it through <c>/proc</c>. Needs no root where
/// users may make namespaces (Debian's default).
/// </summary>
internal sealed class SmallDisk(TempFolder folder)
{
    private const int Megabytes = 24;

    private string? _seenFromHere;

    /// <summary>Whether this machine can make one.</summary>
    public static bool IsPossible { get; } = Runs("unshare", [.. Namespace, "mount", "-t", "tmpfs", "none", "/mnt"]);

    private static string[] Namespace => Environment.IsPrivilegedProcess ? ["-m"] : ["-rm"];

    private string MountPoint => folder.File("disk");

    private string Ballast => Path.Combine(_seenFromHere!, "ballast");

    /// <summary>Starts a server whose data folder is on the disk.</summary>
    public async Task<ServerProcess> StartServerAsync()
    {
        Directory.CreateDirectory(MountPoint);
        var server = await ServerProcess.StartUnderAsync(
            ["unshare", .. Namespace, "sh", "-c", $"mount -t tmpfs -o size={Megabytes}m none '{MountPoint}' && exec \"$@\"", "sh"],
            Path.Combine(MountPoint, "data"));
        _seenFromHere = $"/proc/{server.ProcessId}/root{MountPoint}";
        return server;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 16, 1 << 12 })
        {
            try
            {
                while (true)
                {
                    ballast.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // No space left on device.
            }
        }
    }

    /// <summary>Gives it back.</summary>
    public void Free() => File.Delete(Ballast);

    private static bool Runs(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
