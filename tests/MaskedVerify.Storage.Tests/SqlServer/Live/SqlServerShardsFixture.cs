using MaskedVerify.Storage.Tests.HotShards;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <inheritdoc/>
public sealed class SqlServerShardsFixture : ServerShardsFixture
{
    protected override string EmptyHot => SqlServerFixture.EmptyHot;

    public override SqlServerStorage Over(IReadOnlyList<string> names, Action<StorageOptions>? configure = null) => new(names[0], Further(names, configure));

    protected override async Task<ITestDatabase> MakeAsync()
    {
        var database = new SqlServerFixture();
        await database.CreateAsync();
        return database;
    }
}
