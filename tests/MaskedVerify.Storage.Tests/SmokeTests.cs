using MaskedVerify.Domain;

namespace MaskedVerify.Storage.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Commit_WhenNew_CanBeReadAndChanged()
    {
        using var storage = new StorageFixture();
        var hot = storage.Hot;
        Assert.Null(await hot.ReadAsync("t", "k-1"));
        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await hot.CommitAsync(new HotCommit("t", "k-1", 0, [1], [])));
        Assert.Equal(CommitStatus.VersionConflict, (await hot.CommitAsync(new HotCommit("t", "k-1", 0, [2], []))).Status);
        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await hot.CommitAsync(new HotCommit("t", "k-1", 1, [3], [])));
        Assert.Equal([3], (await hot.ReadAsync("t", "k-1"))!.Payload);
        Assert.Equal(CommitStatus.Committed, (await hot.CommitAsync(new HotCommit("t", "k-1", 2, null, []))).Status);
        Assert.Null(await hot.ReadAsync("t", "k-1"));
        var schemas = await storage.Migrator.InspectAsync();
        Assert.Equal(["control", "hot", "keys"], schemas.Select(schema => schema.Database));
    }
}
