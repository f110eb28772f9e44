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

        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Delivered, attempt: 2)));
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
    public async Task Receipt_WhenItsVerificationHasEnded_GoesToTheOutcome()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Map("m2", 1, 1, attempt: 1), Outcome(1, 1)));

        Assert.True((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent)))!.IsApplied);
        Assert.True((await Store.RecordReceiptAsync(Receipt("m2", AttemptStatus.Undelivered, reason: "absent-subscriber")))!.IsApplied);
        Assert.True((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered)))!.IsApplied);
        Assert.True((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent)))!.IsApplied);

        LateReceipt[] late = [new(0, AttemptStatus.Sent, null), new(1, AttemptStatus.Undelivered, "absent-subscriber"), new(0, AttemptStatus.Delivered, null)];
        Assert.Equal(late, (await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late);
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        Assert.False((await Store.ReadAsync("sample", Pa(1)))!.Version > 1);
    }

    [Fact]
    public async Task Receipt_WhenItCameBeforeTheEndAndAgainAfterIt_GoesToTheOutcome()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        Assert.False((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Undelivered)))!.IsApplied);
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Outcome(1, 1)));

        Assert.True((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent)))!.IsApplied);

        Assert.Equal(AttemptStatus.Undelivered, Assert.Single((await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late).State);
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenTheOutcomeIsWrittenAgain_StaysWithIt()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Outcome(1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Outcome(1, 1, "again")));

        var outcome = await Store.ReadOutcomeAsync(Verification(1, 1));
        Assert.Equal(Outcome(1, 1, "again").Payload, outcome!.Payload);
        Assert.Equal(AttemptStatus.Delivered, Assert.Single(outcome.Late).State);
    }

    [Fact]
    public async Task Receipt_WhenItsReasonIsNoShortWord_IsLeftToTheGrain()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Outcome(1, 1)));

        Assert.False((await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Undelivered, reason: new string('x', 200))))!.IsApplied);
        Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Empty((await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late);
    }

    [Fact]
    public async Task Receipt_WhenItCameBeforeItsIdAndTheEnd_GoesToTheOutcomeWithTheId()
    {
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Outcome(1, 1)));

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Equal([new LateReceipt(0, AttemptStatus.Delivered, null)], (await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late);
    }

    /// <summary>Whatever the order in which an end and its receipts arrive: the outcome has the furthest one, or the grain is asked to take it.</summary>
    [Fact]
    public async Task Receipt_WhenItRacesWithTheEnd_IsNeverLost()
    {
        const int Count = 60;
        for (var n = 0; n < Count; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Map($"m{n}", n, 1)));
        }

        await Task.WhenAll(Enumerable.Range(0, Count).SelectMany(n => new Task[]
        {
            Task.Run(async () => await Store.CommitAsync(Commit(Pa(n), 1, "b", Outcome(n, 1)))),
            Task.Run(async () => await Store.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Sent))),
            Task.Run(async () => await Store.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Delivered))),
        }));

        var open = (await Store.FindUnappliedReceiptsAsync(10 * Count)).Select(match => match.Verification).ToHashSet();
        for (var n = 0; n < Count; n++)
        {
            var late = (await Store.ReadOutcomeAsync(Verification(n, 1)))!.Late;
            Assert.True(open.Contains(Verification(n, 1)) || late.Any(receipt => receipt.State == AttemptStatus.Delivered), $"The receipt of {n} is lost.");
        }
    }

    [Fact]
    public async Task Receipt_WhenItIsNotFurther_ChangesNothing()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Delivered)));

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
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Sent)));

        Assert.Equal(AttemptStatus.Delivered, Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Receipt.State);
    }

    [Fact]
    public async Task Receipt_WhenTheMapIsWrittenAgain_KeepsWhatWasApplied()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Sent)));
        await Store.CommitAsync(Commit(Pa(1), 2, "c", Map("m1", 1, 1)));

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenACarrierUsesAnIdAgain_BelongsToTheNewerAttempt()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Delivered)));
        await Store.CommitAsync(Commit(Pa(2), 0, "c", Map("m1", 2, 1, lives: TimeSpan.FromDays(31), submitted: TimeSpan.FromHours(1))));

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        var match = await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent, TimeSpan.FromHours(2)));
        Assert.Equal((Alias(2), AttemptStatus.Sent), (match!.Alias, match.Receipt.State));
        Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenItHasOtherIds_KeepsThemAndIsLeftToWhoAppliesIt()
    {
        var receipt = Receipt("m1", AttemptStatus.Delivered) with { OtherIds = ["m2", "M 3"] };
        Assert.Null(await Store.RecordReceiptAsync(receipt));
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Outcome(1, 1)));

        var match = Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Equal(receipt.OtherIds, match.Receipt.OtherIds);
        Assert.Equal(receipt.OtherIds, (await Store.RecordReceiptAsync(receipt))!.Receipt.OtherIds);
        Assert.Empty((await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late);
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Delivered)));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task FindReceiptMaps_ReturnsThoseThatBelongToAnAttempt()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1, attempt: 2), Map("m2", 1, 2)));
        await Store.RecordReceiptAsync(Receipt("m3", AttemptStatus.Sent));

        Assert.Equal(
            [Map("m1", 1, 1, attempt: 2), Map("m2", 1, 2)],
            (await Store.FindReceiptMapsAsync(Carrier, ["m2", "m3", "m1", "m4"])).OrderBy(map => map.MessageId, StringComparer.Ordinal));
        Assert.Empty(await Store.FindReceiptMapsAsync(CarrierId.Parse("smpp"), ["m1"]));
    }

    [Fact]
    public async Task Receipt_WhenANewerSubmitIsKnownToHaveTheId_WaitsForItAndNeverGoesToTheOlder()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1), Outcome(1, 1)));

        Assert.Null(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered, TimeSpan.FromSeconds(2)) with { SubmittedAt = Noon.AddSeconds(1) }));
        Assert.Empty((await Store.ReadOutcomeAsync(Verification(1, 1)))!.Late);

        // The older one is told once more.
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Map("m1", 1, 1)));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        await Store.CommitAsync(Commit(Pa(2), 0, "c", Map("m1", 2, 1, submitted: TimeSpan.FromSeconds(1))));
        Assert.Equal(Verification(2, 1), Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Verification);
    }

    [Theory]
    [InlineData(AttemptStatus.Delivered)]
    [InlineData(AttemptStatus.Undelivered)]
    public async Task Receipt_WhenItComesBeforeTheIdOfANewerSubmit_IsNotLostToIt(AttemptStatus state)
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Applied("m1", 1, 1, AttemptStatus.Delivered)));

        Assert.True((await Store.RecordReceiptAsync(Receipt("m1", state, TimeSpan.FromHours(2), "new")))!.IsApplied);
        await Store.CommitAsync(Commit(Pa(2), 0, "c", Map("m1", 2, 1, submitted: TimeSpan.FromHours(1))));

        var match = Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Equal((Verification(2, 1), Receipt("m1", state, TimeSpan.FromHours(2), "new")), (match.Verification, match.Receipt));
    }

    [Fact]
    public async Task Receipt_WhenItIsOlderThanTheSubmit_NeverAppliesToIt()
    {
        Assert.Null(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered)));
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1, submitted: TimeSpan.FromSeconds(1))));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));

        Assert.Null(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered)));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        Assert.NotNull(await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent, TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task Receipt_WhenAnOlderSubmitIsToldLater_StaysWithTheNewer()
    {
        await Store.CommitAsync(Commit(Pa(2), 0, "a", Map("m1", 2, 1, submitted: TimeSpan.FromSeconds(1))));
        await Store.CommitAsync(Commit(Pa(1), 0, "b", Map("m1", 1, 1)));

        Assert.Equal(Verification(2, 1), (await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent, TimeSpan.FromSeconds(2))))!.Verification);
    }

    [Fact]
    public async Task Receipt_WhenTheOlderAttemptSaysThatItIsApplied_StaysForTheNewer()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Map("m1", 1, 1)));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.CommitAsync(Commit(Pa(2), 0, "b", Map("m1", 2, 1, submitted: TimeSpan.FromSeconds(-1))));
        await Store.CommitAsync(Commit(Pa(1), 1, "c", Applied("m1", 1, 1, AttemptStatus.Delivered)));

        Assert.Equal(Verification(2, 1), Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Verification);
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
        var result = await Store.CommitAsync(Commit(Pa(1), 0, "a", Applied("nothing", 1, 1, AttemptStatus.Delivered)));

        Assert.Equal(CommitStatus.Committed, result.Status);
        Assert.Null(await Store.RecordReceiptAsync(Receipt("nothing", AttemptStatus.Sent)));
    }
}
