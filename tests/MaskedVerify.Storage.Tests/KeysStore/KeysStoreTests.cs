using MaskedVerify.Privacy;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.KeysStore;

/// <summary>The contract on SQLite.</summary>
public sealed class SqliteKeysStoreTests : KeysStoreContract, IDisposable
{
    private readonly StorageFixture _storage = new();

    protected override IKeysStore Store => _storage.Keys;

    public void Dispose() => _storage.Dispose();
}

/// <summary>The contract on the store in memory.</summary>
public sealed class InMemoryKeysStoreTests : KeysStoreContract
{
    protected override IKeysStore Store { get; } = new InMemoryKeysStore();
}
