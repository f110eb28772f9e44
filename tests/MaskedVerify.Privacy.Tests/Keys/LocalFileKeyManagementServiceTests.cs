using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy.Tests.Keys;

public sealed class LocalFileKeyManagementServiceTests : IDisposable
{
    private const string ChildPathVariable = "MASKEDVERIFY_TEST_ROOT_KEY_PATH";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestDirectory _directory = new();
    private readonly string _path;

    public LocalFileKeyManagementServiceTests() => _path = _directory.File("keys/root.key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FirstUse_MakesA32ByteFileThatIsClosedToOthers()
    {
        var wrapped = await WrapAsync(_path);

        Assert.Equal(32, new FileInfo(_path).Length);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_path));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_path)!));
        Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));
        Assert.Equal(new byte[32], await UnwrapAsync(_path, wrapped));
        Assert.True(File.ReadAllBytes(_path).Distinct().Count() > 8);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(65)]
    [InlineData(0)]
    public async Task Wrap_WhenTheMaterialIsNoKey_Throws(int length)
    {
        using var service = Service(_path);

        await Assert.ThrowsAsync<KeyManagementException>(async () => await service.WrapAsync(new byte[length], new byte[1]));
    }

    [Fact]
    public async Task Unwrap_WithAnyByteOrTheContextChanged_Throws()
    {
        var wrapped = await WrapAsync(_path);
        using var service = Service(_path);
        for (var place = 0; place < wrapped.Length; place++)
        {
            var edited = (byte[])wrapped.Clone();
            edited[place] ^= 0x80;
            await Assert.ThrowsAsync<KeyManagementException>(async () => await service.UnwrapAsync(edited, "context"u8.ToArray()));
        }

        await Assert.ThrowsAsync<KeyManagementException>(async () => await service.UnwrapAsync(wrapped, "Context"u8.ToArray()));
        await Assert.ThrowsAsync<KeyManagementException>(async () => await service.UnwrapAsync(Array.Empty<byte>(), "context"u8.ToArray()));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task File_OpenToOthers_IsRefusedWithTheCommandThatHelps(UnixFileMode extra)
    {
        await WrapAsync(_path);
        File.SetUnixFileMode(_path, OwnerOnly | extra);

        var error = await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_path));

        Assert.Contains($"chmod 600 '{_path}'", error.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(_path, OwnerOnly);
        await WrapAsync(_path);
    }

    [Fact]
    public async Task Directory_OpenToOthers_IsRefusedWithTheCommandThatHelps()
    {
        var directory = Path.GetDirectoryName(_path)!;
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);

        var error = await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_path));

        Assert.Contains($"chmod 700 '{directory}'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1_700)]
    public async Task File_TruncatedOrForeign_IsRefusedAndLeftAlone(int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!, OwnerOnly | UnixFileMode.UserExecute);
        File.WriteAllBytes(_path, new byte[length]);
        File.SetUnixFileMode(_path, OwnerOnly);

        var error = await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_path));

        Assert.Contains($"has {length} bytes instead of 32", error.Message, StringComparison.Ordinal);
        Assert.Contains("Restore", error.Message, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task File_Unreadable_IsRefused()
    {
        await WrapAsync(_path);
        File.SetUnixFileMode(_path, UnixFileMode.None);

        await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_path));
        File.SetUnixFileMode(_path, OwnerOnly);
    }

    [Fact]
    public async Task Path_ThatIsADirectoryOrCannotBeMade_IsRefused()
    {
        Directory.CreateDirectory(_path, OwnerOnly | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Path.GetDirectoryName(_path)!, OwnerOnly | UnixFileMode.UserExecute);
        Assert.Contains("is a directory", (await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_path))).Message, StringComparison.Ordinal);
        Assert.Contains("names no file", (await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync("/"))).Message, StringComparison.Ordinal);

        File.WriteAllText(_directory.File("file"), "x");
        Assert.Contains(
            "cannot be used", (await Assert.ThrowsAsync<KeyManagementException>(() => WrapAsync(_directory.File("file/root.key")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstUse_ByManyThreadsAtOnce_GivesOneKey()
    {
        for (var round = 0; round < 100; round++)
        {
            var path = _directory.File($"round-{round}/root.key");
            using var start = new Barrier(4);
            var wrapped = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                return WrapAsync(path);
            })));

            foreach (var one in wrapped)
            {
                Assert.Equal(new byte[32], await UnwrapAsync(path, one));
            }

            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
    }

    [Fact]
    public async Task FirstUse_ByTwoProcessesAtOnce_GivesOneKey()
    {
        if (Environment.GetEnvironmentVariable(ChildPathVariable) is { } path)
        {
            // This is one of the two processes: wait for the starting gun, then use the key and leave what it wrapped.
            while (!File.Exists(path + ".go"))
            {
                Thread.Yield();
            }

            await File.WriteAllBytesAsync($"{path}.{Environment.ProcessId}.wrapped", await WrapAsync(path + ".d/root.key"));
            return;
        }

        var children = Enumerable.Range(0, 2).Select(_ => StartChild()).ToArray();
        await File.WriteAllTextAsync(_directory.File("race.go"), "go");
        foreach (var child in children)
        {
            using (child)
            {
                await child.WaitForExitAsync();
                Assert.Equal(0, child.ExitCode);
            }
        }

        var results = Directory.GetFiles(_directory.Root, "race.*.wrapped");
        Assert.Equal(2, results.Length);
        foreach (var result in results)
        {
            Assert.Equal(new byte[32], await UnwrapAsync(_directory.File("race.d/root.key"), File.ReadAllBytes(result)));
        }
    }

    [Fact]
    public void LiveTenants_OnlyWhenTheOperatorSaysSo()
    {
        using var service = Service(_path);
        using var allowed = Service(_path, allowLocalKeys: true);

        Assert.False(service.AllowsLiveTenants);
        Assert.True(allowed.AllowsLiveTenants);
        Assert.Equal("local-file", service.Name);
    }

    private static LocalFileKeyManagementService Service(string path, bool allowLocalKeys = false) => new(
        Options.Create(new PrivacyOptions { RootKeyPath = path, AllowLocalKeys = allowLocalKeys }), new KeySlab(), NullLogger<LocalFileKeyManagementService>.Instance);

    private static async Task<byte[]> WrapAsync(string path)
    {
        using var service = Service(path);
        return await service.WrapAsync(new byte[32], "context"u8.ToArray());
    }

    private static async Task<byte[]> UnwrapAsync(string path, byte[] wrapped)
    {
        using var service = Service(path);
        return await service.UnwrapAsync(wrapped, "context"u8.ToArray());
    }

    private Process StartChild()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", $"{GetType().FullName}.{nameof(FirstUse_ByTwoProcessesAtOnce_GivesOneKey)}"])
        {
            Environment = { [ChildPathVariable] = _directory.File("race") },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var child = Process.Start(start)!;
        child.OutputDataReceived += static (_, _) => { };
        child.BeginOutputReadLine();
        return child;
    }
}
