using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.GrainStorage;

/// <summary>The grain storage <c>hot</c> in a silo, as grains see it.</summary>
public sealed class HotGrainStorageTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Write_WhenNew_StoresTheStateWithoutItsSideRowsAndTheRowsBesideIt()
    {
        var grain = silo.Grain("nt-new");
        Assert.Equal("empty rows=0 etag= exists=False", await grain.Look());

        Assert.Equal("hello rows=0 etag=1 exists=True", await grain.Write("hello", 10, null));
        Assert.Equal("hello again rows=0 etag=2 exists=True", await grain.Write("hello again", 11, null));

        Assert.Equal("hello again rows=0 etag=2 exists=True", await grain.Reread());
        Assert.NotNull(await silo.Hot.ReadOutcomeAsync(Verification(1, 10)));
        Assert.NotNull(await silo.Hot.ReadOutcomeAsync(Verification(1, 11)));
        var row = await silo.Hot.ReadAsync("note", "nt-new");
        Assert.Equal(2, row!.Version);
        Assert.True(row.Payload.Length < 40, $"{row.Payload.Length} bytes");
    }

    [Fact]
    public async Task Write_WhenAnotherWroteBehindItsBack_IsInconsistentAndWritesNothing()
    {
        var grain = silo.Grain("nt-stale");
        await grain.Write("mine", null, null);
        var row = await silo.Hot.ReadAsync("note", "nt-stale");
        await silo.Hot.CommitAsync(new HotCommit("note", "nt-stale", 1, row!.Payload, []));

        Assert.Equal("InconsistentStateException", await grain.Write("lost", 20, null));

        // The state in memory is as the grain left it: taking it back is the grain's business.
        Assert.Equal("lost rows=1 etag=1 exists=True", await grain.Look());
        Assert.Equal("mine rows=0 etag=2 exists=True", await grain.Reread());
        Assert.Null(await silo.Hot.ReadOutcomeAsync(Verification(1, 20)));
    }

    [Fact]
    public async Task Write_WhenTheIdempotencyKeyIsTaken_SaysSoAndWritesNothing()
    {
        await silo.Grain("nt-winner").Write("won", null, "shared key");

        Assert.Equal(nameof(UniqueKeyTakenException), await silo.Grain("nt-loser").Write("lost", 30, "shared key"));

        Assert.Null(await silo.Hot.ReadAsync("note", "nt-loser"));
        Assert.Null(await silo.Hot.ReadOutcomeAsync(Verification(1, 30)));
    }

    [Theory]
    [InlineData(CommitFault.UnknownButWritten, nameof(UnknownOutcomeException), 1)]
    [InlineData(CommitFault.UnknownNotWritten, nameof(UnknownOutcomeException), 0)]
    [InlineData(CommitFault.Unavailable, nameof(StorageUnavailableException), 0)]
    [InlineData(CommitFault.Conflict, "InconsistentStateException", 0)]
    public async Task Write_WhenTheStoreFails_SaysHowAndARereadTells(CommitFault fault, string expected, int version)
    {
        var grain = silo.Grain($"nt-{fault}");
        await grain.Look();
        silo.Hot.Next = fault;

        Assert.Equal(expected, await grain.Write("text", null, null));

        Assert.Equal(version == 0 ? "empty rows=0 etag= exists=False" : "text rows=0 etag=1 exists=True", await grain.Reread());
        Assert.Equal($"next rows=0 etag={version + 1} exists=True", await grain.Write("next", null, null));
    }

    [Fact]
    public async Task Clear_WhenARowExists_DeletesItAndWritesItsSideRows()
    {
        var grain = silo.Grain("nt-clear");
        await grain.Write("text", null, null);

        Assert.Equal("empty rows=0 etag= exists=False", await grain.Clear(40));

        Assert.Null(await silo.Hot.ReadAsync("note", "nt-clear"));
        Assert.NotNull(await silo.Hot.ReadOutcomeAsync(Verification(1, 40)));
        Assert.Equal("again rows=0 etag=1 exists=True", await grain.Write("again", null, null));
    }
}
