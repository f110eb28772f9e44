using MaskedVerify.Domain;
using Xunit;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

public abstract partial class HotStoreContract
{
    [Fact]
    public async Task Receipt_WhenItComesEarly_IsParkedThenMatchedThenApplied()
    {
        Assert.Null(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered, reason: "absent-subscriber")));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));

        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1, attempt: 2)));
        var match = Assert.Single(await Store.FindUnappliedReceiptsAsync(10));

        Assert.Equal(Receipt("m1", AttemptStatus.Delivered, reason: "absent-subscriber"), match.Receipt);
        Assert.Equal((Alias(1), Verification(1, 1), 2), (match.Alias, match.Verification, match.Attempt));

        await Store.CommitAsync(Commit(Pa(1), 1, "b", new ReceiptAppliedRow(Carrier, "m1", AttemptStatus.Delivered)));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenTheAttemptIsKnown_MatchesAtOnceAndStaysUntilApplied()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));

        var match = await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent));

        Assert.Equal(new ReceiptMatch(Receipt("m1", AttemptStatus.Sent), Alias(1), Verification(1, 1), 0), match);
        Assert.Equal([match!], await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenItIsNotFurther_ChangesNothing()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", new ReceiptAppliedRow(Carrier, "m1", AttemptStatus.Delivered)));

        foreach (var late in new[] { AttemptStatus.Sent, AttemptStatus.Undelivered, AttemptStatus.Delivered, AttemptStatus.Unknown })
        {
            var match = await Store.RecordReceiptAsync(Receipt("m1", late, TimeSpan.FromHours(1), "late"));
            Assert.Equal(Receipt("m1", AttemptStatus.Delivered), match!.Receipt);
        }

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenItIsFurtherThanWhatWasApplied_IsToBeAppliedAgain()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered, TimeSpan.FromSeconds(2)));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", new ReceiptAppliedRow(Carrier, "m1", AttemptStatus.Sent)));

        Assert.Equal(AttemptStatus.Delivered, Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Receipt.State);
    }

    [Fact]
    public async Task Receipt_WhenTheMapIsWrittenAgain_KeepsWhatWasApplied()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", new ReceiptAppliedRow(Carrier, "m1", AttemptStatus.Sent)));
        await Store.CommitAsync(Commit(Pa(1), 2, "c", Map("m1", 1, 1)));

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenACarrierUsesAnIdAgain_BelongsToTheNewerAttempt()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", new ReceiptAppliedRow(Carrier, "m1", AttemptStatus.Delivered)));
        await Store.CommitAsync(Commit(Pa(2), 0, "c", Map("m1", 2, 1, lives: TimeSpan.FromDays(31))));

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        var match = await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent));
        Assert.Equal((Alias(2), AttemptStatus.Sent), (match!.Alias, match.Receipt.State));
        Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenTheIdIsOfAnotherCarrier_IsAnotherReceipt()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));

        Assert.Null(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent) with { Carrier = CarrierId.Parse("smpp") }));
    }

    [Fact]
    public async Task Receipt_WhenManyAreUnapplied_ComeOldestFirstAndLimited()
    {
        for (var n = 0; n < 10; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Map($"m{n}", n, 1)));
            await Store.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Sent, TimeSpan.FromSeconds(-n)));
        }

        Assert.Equal(["m9", "m8", "m7"], (await Store.FindUnappliedReceiptsAsync(3)).Select(match => match.Receipt.MessageId));
    }

    [Fact]
    public async Task Receipt_WhenAllOrdersOfReportsRace_TheFurthestStands()
    {
        AttemptStatus[] states = [AttemptStatus.Sent, AttemptStatus.Delivered, AttemptStatus.Unknown, AttemptStatus.Accepted, AttemptStatus.Undelivered];
        await Race(200, async n => await Store.RecordReceiptAsync(Receipt("m1", states[n % states.Length])));
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));

        Assert.Equal(AttemptStatus.Delivered, Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Receipt.State);
    }

    [Fact]
    public async Task Receipt_WhenApplyingWhatIsNotThere_ChangesNothing()
    {
        var result = await Store.CommitAsync(Commit(Pa(1), 0, "a", new ReceiptAppliedRow(Carrier, "nothing", AttemptStatus.Delivered)));

        Assert.Equal(CommitStatus.Committed, result.Status);
        Assert.Null(await Store.RecordReceiptAsync(Receipt("nothing", AttemptStatus.Sent)));
    }
}
