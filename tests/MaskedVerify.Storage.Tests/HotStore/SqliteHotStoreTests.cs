using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>The contract on SQLite.</summary>
public sealed class SqliteHotStoreTests : HotStoreContract, IDisposable
{
    private StorageFixture _storage = new();

    protected override IHotStore Store => _storage.Hot;

    protected override int Cases => 40;

    public void Dispose() => _storage.Dispose();

    protected override IHotStore NewStore()
    {
        _storage.Dispose();
        _storage = new StorageFixture();
        return _storage.Hot;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => SqliteLook.ReadAuditLogAsync(_storage);

    protected override bool LoseNextAnswer(bool written)
    {
        // A flush that fails leaves frames in the log that a crash could bring back: the one error that nothing can be concluded from.
        var file = _storage.Files.Hot;
        void Fail()
        {
            file.CommitStarting = file.CommitEnded = null;
            throw new SqliteException("disk I/O error", raw.SQLITE_IOERR, raw.SQLITE_IOERR_FSYNC);
        }

        file.CommitStarting = written ? null : Fail;
        file.CommitEnded = written ? Fail : null;
        return true;
    }
}
