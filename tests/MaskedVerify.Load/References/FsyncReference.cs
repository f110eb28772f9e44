using System.Diagnostics;

namespace MaskedVerify.Load.References;

/// <summary>What the disk under the databases gives: one writer that appends a block and waits until it is durable, over and over.</summary>
internal static class FsyncReference
{
    private const int BlockBytes = 4096;

    // Then from the start again, so that the file does not grow for ever.
    private const int Blocks = 4096;

    /// <summary>Writes per second in a folder.</summary>
    public static double Run(string folder, TimeSpan duration)
    {
        var path = Path.Combine(folder, "fsync-reference.tmp");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var block = new byte[BlockBytes];
            Random.Shared.NextBytes(block);
            var count = 0;
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < duration)
            {
                RandomAccess.Write(file, block, (long)(count % Blocks) * BlockBytes);
                RandomAccess.FlushToDisk(file);
                count++;
            }

            return count / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
