using System.Diagnostics;
using System.Globalization;

namespace MaskedVerify.Load.Servers;

/// <summary>Figures of a process on this machine.</summary>
internal static class ProcessFigures
{
    /// <summary>CPU time of this process in seconds.</summary>
    public static double OwnCpuSeconds
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>CPU time in seconds and resident memory in bytes of a process.</summary>
    public static (double CpuSeconds, double ResidentBytes) Read(int id)
    {
        using var process = Process.GetProcessById(id);
        return (process.TotalProcessorTime.TotalSeconds, process.WorkingSet64);
    }

    /// <summary>Bytes that a process has caused to be sent to disks (Linux: <c>write_bytes</c> of <c>/proc/PID/io</c>); null when that cannot be read.</summary>
    public static double? DiskBytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/io").FirstOrDefault(l => l.StartsWith("write_bytes:", StringComparison.Ordinal));
            return line is null ? null : double.Parse(line["write_bytes:".Length..], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The machine's load averages, as <c>uptime</c> shows them; empty when they cannot be read.</summary>
    public static string LoadAverage()
    {
        try
        {
            return string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
