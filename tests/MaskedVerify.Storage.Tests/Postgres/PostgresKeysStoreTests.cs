using MaskedVerify.Privacy;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>The contract on PostgreSQL.</summary>
public sealed class PostgresKeysStoreTests(PostgresFixture fixture) : KeysStoreContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private PostgresStorage? _storage;

    protected override IKeysStore Store => _storage!.Keys;

    public async ValueTask InitializeAsync()
    {
        await fixture.Database.TruncateAsync();
        _storage = new PostgresStorage(fixture.Database);
    }

    public ValueTask DisposeAsync() => _storage!.DisposeAsync();
}
