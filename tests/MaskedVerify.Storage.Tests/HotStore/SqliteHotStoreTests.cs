using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>The contract on SQLite, in one file.</summary>
public sealed class SqliteHotStoreTests() : SqliteHotStoreContract(shards: 1);

/// <summary>The contract on SQLite, over three files.</summary>
public sealed class SqliteShardedHotStoreTests() : SqliteHotStoreContract(shards: 3);

/// <summary>The contract on SQLite.</summary>
public abstract class SqliteHotStoreContract(int shards) : HotStoreContract, IDisposable
{
    private StorageFixture _storage = Open(shards);

    protected override IHotStore Store => _storage.Hot;

    protected override int Cases => shards == 1 ? 40 : 25;

    protected override bool IsOneDatabase => shards == 1;

    public void Dispose()
    {
        _storage.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IHotStore NewStore()
    {
        _storage.Dispose();
        _storage = Open(shards);
        return _storage.Hot;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => SqliteLook.ReadAuditLogAsync(_storage);

    protected override bool LoseNextAnswer(bool written)
    {
        // A flush that fails leaves frames in the log that a crash could bring back: the one error that nothing can be concluded from.
        foreach (var file in _storage.Files.HotShards)
        {
            void Fail()
            {
                file.CommitStarting = file.CommitEnded = null;
                throw new SqliteException("disk I/O error", raw.SQLITE_IOERR, raw.SQLITE_IOERR_FSYNC);
            }

            file.CommitStarting = written ? null : Fail;
            file.CommitEnded = written ? Fail : null;
        }

        return true;
    }

    private static StorageFixture Open(int shards) => new(configure: options => options.HotShards = shards);
}
