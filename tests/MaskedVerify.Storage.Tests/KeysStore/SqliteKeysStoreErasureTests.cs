using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.KeysStore;

/// <summary>An erasure destroys bytes, not only rows.</summary>
public sealed class SqliteKeysStoreErasureTests : IDisposable
{
    private static readonly TenantId Tenant = TenantId.Parse("tn-sample");

    private readonly StorageFixture _storage = new(configure: options => options.BusyTimeout = TimeSpan.FromMilliseconds(40));

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task EraseAlias_WhenDone_LeavesNoByteOfItInFileOrLog()
    {
        for (var n = 1; n <= 200; n++)
        {
            await _storage.Keys.AddAliasAsync(New(n));
        }

        Assert.True(OnDisk(Key("subject 100")) && OnDisk(Key("index 100")));

        Assert.True(await _storage.Keys.EraseAliasAsync(Alias(100)));

        Assert.False(OnDisk(Key("subject 100")));
        Assert.False(OnDisk(Key("index 100")));
        Assert.True(OnDisk(Key("subject 101")));
    }

    [Fact]
    public async Task EraseAlias_WhenAnotherProcessReads_SaysSoAndFinishesWhenRepeated()
    {
        await _storage.Keys.AddAliasAsync(New(1));
        var reader = new DatabaseLock(_storage.Files.Keys.Path, "BEGIN");
        reader.Run("SELECT count(*) FROM alias_index");

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await _storage.Keys.EraseAliasAsync(Alias(1)));

        Assert.Contains("Repeat the erasure", error.Message, StringComparison.Ordinal);
        Assert.Null(await _storage.Keys.ReadSubjectKeyAsync(Alias(1)));
        Assert.True(OnDisk(Key("subject 1")));

        reader.Dispose();
        await _storage.Keys.EraseAliasAsync(Alias(1));
        Assert.False(OnDisk(Key("subject 1")));
    }

    [Fact]
    public async Task Open_WhenTheProcessDiedBeforeTheCheckpoint_TheNextOneFinishesIt()
    {
        await _storage.Keys.AddAliasAsync(New(1));
        using var reader = new DatabaseLock(_storage.Files.Keys.Path, "BEGIN");
        reader.Run("SELECT count(*) FROM alias_index");
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await _storage.Keys.EraseAliasAsync(Alias(1)));
        Assert.True(OnDisk(Key("subject 1")));
        reader.Run("COMMIT");

        using var next = new StorageFixture(_storage.Folder);
        await next.Keys.AddAliasAsync(New(2));

        Assert.False(OnDisk(Key("subject 1")));
    }

    private static NewAliasKeys New(int n) => new(Tenant, Alias(n), Key($"index {n}"), 1, new WrappedKey(1, Key($"subject {n}")), Noon);

    private bool OnDisk(byte[] bytes) => Directory.GetFiles(_storage.Folder, "keys.db*").Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    });
}
