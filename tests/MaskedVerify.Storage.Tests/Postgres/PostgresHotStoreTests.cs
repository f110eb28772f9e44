using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>The contract on PostgreSQL, with a proxy before the server that can lose an answer.</summary>
public sealed class PostgresHotStoreTests(PostgresFixture fixture) : HotStoreContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private CutProxy? _proxy;
    private PostgresStorage? _storage;

    protected override IHotStore Store => _storage!.Hot;

    protected override int Cases => 6;

    public async ValueTask InitializeAsync()
    {
        await fixture.Database.TruncateAsync();
        _proxy = new CutProxy(fixture.Database.Server.Port);
        _storage = new PostgresStorage(fixture.Database, _proxy.Port, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
    }

    public async ValueTask DisposeAsync()
    {
        await _storage!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    protected override IHotStore NewStore()
    {
        fixture.Database.TruncateAsync().GetAwaiter().GetResult();
        return Store;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => fixture.Database.ReadAuditLogAsync();

    protected override bool LoseNextAnswer(bool written)
    {
        // Nobody can ask the server what became of it until the look-up gave up.
        _proxy!.CutNext(written ? CutPoint.After : CutPoint.Before, thenRefuse: true);
        _storage!.Engine.Hot.LookedUp = () => _proxy.Refuses = false;
        return true;
    }
}
