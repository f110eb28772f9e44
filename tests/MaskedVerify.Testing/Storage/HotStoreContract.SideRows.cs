using MaskedVerify.Domain;
using Xunit;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

public abstract partial class HotStoreContract
{
    [Fact]
    public async Task UniqueKey_WhenCommitted_IsFoundWithItsAnswer()
    {
        var row = Unique("key");
        await Store.CommitAsync(Commit(Pa(1), 0, "one", row));

        var found = await Store.FindUniqueKeyAsync(row.Key);

        Assert.Equal(row.Fingerprint, found!.Fingerprint);
        Assert.Equal(row.Answer, found.Answer);
        Assert.Equal(row.ExpiresAt, found.ExpiresAt);
        Assert.Null(await Store.FindUniqueKeyAsync(Key("other")));
    }

    [Fact]
    public async Task UniqueKey_WhenTakenBefore_WritesNothingOfTheItem()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "one", Unique("key")));

        var rows = EveryRow(2, "loser");
        var result = await Store.CommitAsync(Commit(Pa(2), 0, "two", [.. rows, Unique("key")]));

        Assert.Equal(CommitStatus.UniqueKeyTaken, result.Status);
        Assert.Null(await Store.ReadAsync("sample", Pa(2)));
        await AssertNothingOf(2, "loser");
    }

    [Fact]
    public async Task UniqueKey_WhenManyRowsClaimItAtOnce_OneGetsItAndTheOthersWriteNothing()
    {
        var results = await Race(100, n => Store.CommitAsync(Commit(Pa(n), 0, $"{n}", Unique("key"), Outcome(n, 1), Unique($"own {n}"))));

        var winner = Assert.Single(Enumerable.Range(0, 100), n => results[n].Status == CommitStatus.Committed);
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(n == winner ? CommitStatus.Committed : CommitStatus.UniqueKeyTaken, results[n].Status);
            Assert.Equal(n == winner, await Store.ReadAsync("sample", Pa(n)) is not null);
            Assert.Equal(n == winner, await Store.ReadOutcomeAsync(Verification(n, 1)) is not null);
            Assert.Equal(n == winner, await Store.FindUniqueKeyAsync(Key($"own {n}")) is not null);
        }
    }

    [Fact]
    public async Task UniqueKey_WhenItsCommitLost_IsFreeForOthers()
    {
        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(1), 7, "lost", Unique("key")))).Status);

        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(2), 0, "won", Unique("key")))).Status);
    }

    [Fact]
    public async Task Kept_WhenWrittenAgain_IsReplacedAndStandsUntilItsTime()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "one", Kept("a", "first"), Kept("b", "other")));
        await Store.CommitAsync(Commit(Pa(2), 0, "two", Kept("a", "second", TimeSpan.FromHours(3))));
        await Store.CommitAsync(Commit(Pa(1), 1, "gone", new AliasErasedRow(Alias(1))));
        await Store.CommitAsync(Commit(Pa(2), 1, "gone", new AliasErasedRow(Alias(2))));

        var kept = await Store.FindUniqueKeyAsync(Kept("a").Key);
        Assert.Equal(("second", Noon.AddHours(3)), (System.Text.Encoding.UTF8.GetString(kept!.Answer), kept.ExpiresAt));
        Assert.NotNull(await Store.FindUniqueKeyAsync(Kept("b").Key));
        Assert.Equal(1, await Store.SweepAsync(Noon.AddHours(3), 100));
        Assert.Null(await Store.FindUniqueKeyAsync(Kept("a").Key));
        Assert.NotNull(await Store.FindUniqueKeyAsync(Kept("b").Key));
    }

    [Fact]
    public async Task Outcome_WhenWrittenAgain_IsReplaced()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "one", Outcome(1, 1, "first"), Outcome(1, 2, "other")));
        await Store.CommitAsync(Commit(Pa(1), 1, "two", Outcome(1, 1, "second")));

        var outcome = await Store.ReadOutcomeAsync(Verification(1, 1));

        Assert.Equal(Outcome(1, 1, "second").Payload, outcome!.Payload);
        Assert.Equal(Alias(1), outcome.Alias);
        Assert.Equal(Verification(1, 1), outcome.Verification);
        Assert.Equal(Outcome(1, 1).ExpiresAt, outcome.ExpiresAt);
        Assert.Equal(Outcome(1, 2, "other").Payload, (await Store.ReadOutcomeAsync(Verification(1, 2)))!.Payload);
        Assert.Null(await Store.ReadOutcomeAsync(Verification(1, 3)));
    }

    [Fact]
    public async Task Guard_WhenASendIsCountedTwice_CountsOnce()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Guard("number", "send 1", TimeSpan.FromHours(-5))));
        await Store.CommitAsync(Commit(Pa(1), 1, "a", Guard("number", "send 2")));
        await Store.CommitAsync(Commit(Pa(1), 2, "b", Guard("number", "send 2", TimeSpan.FromMinutes(1)), Guard("another", "send 3")));

        Assert.Equal(new GuardCounts(1, 2), await Store.ReadGuardAsync(Key("number"), Noon.AddHours(-1), Noon.AddDays(-1)));
        Assert.Equal(new GuardCounts(0, 1), await Store.ReadGuardAsync(Key("number"), Noon.AddTicks(1), Noon));
        Assert.Equal(new GuardCounts(1, 1), await Store.ReadGuardAsync(Key("another"), Noon, Noon));
    }

    [Fact]
    public async Task Guard_WhenMessagesAreGivenBack_TakesTwoCapsWorthAtMost()
    {
        const int Cap = 3;
        for (var n = 0; n < 2 * Cap; n++)
        {
            Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(n), 0, "x", Guard("number", $"send {n}", perHour: Cap, perDay: Cap)))).Status);
            Assert.Equal(Math.Max(1, (n + 1) / 2), (await Store.ReadGuardAsync(Key("number"), Noon, Noon)).LastHour);

            // Given back twice, and one that was never counted.
            await Store.CommitAsync(Commit(Pa(n), 1, "y", Returned("number", $"send {n}"), Returned("number", "none")));
            await Store.CommitAsync(Commit(Pa(n), 2, "z", Returned("number", $"send {n}"), Returned("another", $"send {n}")));
            Assert.Equal(new GuardCounts((n + 1) / 2, (n + 1) / 2), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
        }

        Assert.Equal(CommitStatus.NumberAtCap, (await Store.CommitAsync(Commit(Pa(9), 0, "x", Guard("number", "send 9", perHour: Cap, perDay: 100)))).Status);
        Assert.Equal(CommitStatus.NumberAtCap, (await Store.CommitAsync(Commit(Pa(9), 0, "x", Guard("number", "send 9", TimeSpan.FromHours(5), 100, Cap)))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(9), 0, "x", Guard("number", "send 9", TimeSpan.FromHours(5), Cap, 100), Returned("number", "send 9")))).Status);
        Assert.Equal(default, await Store.ReadGuardAsync(Key("another"), Noon, Noon));
    }

    [Fact]
    public async Task Guard_WhenManyCountAtOnce_CountsEach()
    {
        await Race(100, n => Store.CommitAsync(Commit(Pa(n), 0, "x", Guard("number", $"send {n}"))));

        Assert.Equal(new GuardCounts(100, 100), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(100, 3)]
    public async Task Guard_WhenTheNumberIsAtACap_WritesNothingOfTheCommit(int perHour, int perDay)
    {
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(n), 0, "x", Guard("number", $"send {n}", TimeSpan.Zero, perHour, perDay)))).Status);
        }

        var fourth = await Store.CommitAsync(Commit(Pa(9), 0, "x", Unique("key"), Due(9, 1), Guard("number", "send 9", TimeSpan.FromMinutes(59), perHour, perDay)));
        var another = await Store.CommitAsync(Commit(Pa(10), 0, "x", Unique("key"), Guard("another", "send 10", TimeSpan.Zero, perHour, perDay)));

        Assert.Equal(new CommitResult(CommitStatus.NumberAtCap, 0), fourth);
        Assert.Null(await Store.ReadAsync("sample", Pa(9)));
        Assert.Equal(new GuardCounts(3, 3), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
        Assert.Empty(await Store.ClaimDueAsync(Noon.AddDays(1), Noon.AddDays(2), 10));
        Assert.Equal(CommitStatus.Committed, another.Status);

        // A send that is counted already needs no place, and a place is free when the window has passed; a higher cap of somebody else is his own.
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(2), 1, "y", Guard("number", "send 2", TimeSpan.Zero, perHour, perDay)))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(9), 0, "x", Guard("number", "send 9", TimeSpan.FromHours(25), perHour, perDay)))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(11), 0, "x", Guard("number", "send 11", TimeSpan.Zero, 100, 100)))).Status);
    }

    [Fact]
    public async Task Guard_WhenManyWantTheLastPlacesAtOnce_ExactlyTheCapIsCounted()
    {
        const int Cap = 7;
        var results = await Race(60, n => Store.CommitAsync(Commit(Pa(n), 0, "x", Unique($"key {n}"), Guard("number", $"send {n}", TimeSpan.Zero, Cap, 40))));

        Assert.Equal(Cap, results.Count(result => result.Status == CommitStatus.Committed));
        Assert.Equal(60 - Cap, results.Count(result => result.Status == CommitStatus.NumberAtCap));
        Assert.Equal(new GuardCounts(Cap, Cap), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
        for (var n = 0; n < 60; n++)
        {
            var isWritten = results[n].Status == CommitStatus.Committed;
            Assert.Equal((isWritten, isWritten), (await Store.ReadAsync("sample", Pa(n)) is not null, await Store.FindUniqueKeyAsync(Key($"key {n}")) is not null));
        }
    }

    [Fact]
    public async Task Due_WhenClaimed_IsHiddenUntilThen()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Due(1, 1), Due(1, 2, TimeSpan.FromSeconds(1)), Due(1, 3, TimeSpan.FromHours(1))));

        var first = await Store.ClaimDueAsync(Noon.AddSeconds(1), Noon.AddMinutes(1), 10);
        var second = await Store.ClaimDueAsync(Noon.AddSeconds(59), Noon.AddMinutes(2), 10);
        var third = await Store.ClaimDueAsync(Noon.AddMinutes(1), Noon.AddMinutes(2), 10);

        Assert.Equal([Due(1, 1), Due(1, 2, TimeSpan.FromSeconds(1))], first);
        Assert.Empty(second);
        Assert.Equal([Verification(1, 1), Verification(1, 2)], third.Select(row => row.Verification).Order(ById));
    }

    [Fact]
    public async Task Due_WhenMovedOrDone_IsClaimedAccordingly()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Due(1, 1), Due(1, 2)));
        await Store.CommitAsync(Commit(Pa(1), 1, "b", Due(1, 1, TimeSpan.FromMinutes(5)), new DueDoneRow(Verification(1, 2)), new DueDoneRow(Verification(1, 9))));

        Assert.Empty(await Store.ClaimDueAsync(Noon.AddMinutes(4), Noon.AddMinutes(9), 10));
        Assert.Equal([Due(1, 1, TimeSpan.FromMinutes(5))], await Store.ClaimDueAsync(Noon.AddMinutes(5), Noon.AddMinutes(9), 10));
    }

    [Fact]
    public async Task Due_WhenMoreThanTheLimitIsOverdue_TakesTheOldest()
    {
        for (var n = 0; n < 10; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Due(n, 1, TimeSpan.FromSeconds(9 - n))));
        }

        var claimed = await Store.ClaimDueAsync(Noon.AddMinutes(1), Noon.AddMinutes(2), 3);

        Assert.Equal([Alias(9), Alias(8), Alias(7)], claimed.Select(row => row.Alias));
    }

    [Fact]
    public async Task Due_WhenPollersRace_EachStepIsTakenOnce()
    {
        for (var n = 0; n < 300; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Due(n, 1)));
        }

        var claims = await Race(8, async _ =>
        {
            var taken = new List<DueRow>();
            while (taken.Count <= 300 && await Store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 7) is { Count: > 0 } some)
            {
                taken.AddRange(some);
            }

            return taken;
        });

        var all = claims.SelectMany(taken => taken).Select(row => row.Verification).ToArray();
        Assert.Equal(300, all.Length);
        Assert.Equal(300, all.Distinct().Count());
    }

    [Fact]
    public async Task Sweep_WhenRowsArePastTheirWindow_RemovesThoseOnly()
    {
        var past = TimeSpan.FromMinutes(-1);
        var future = TimeSpan.FromMinutes(1);
        await Store.CommitAsync(Commit(
            Pa(1), 0, "a", Unique("old", past), Unique("new", future), Outcome(1, 1, lives: past), Outcome(1, 2, lives: future),
            Map("old", 1, 1, lives: past), Map("new", 1, 2, lives: future),
            Guard("number", "old", TimeSpan.FromDays(-1) + past), Due(1, 1)));
        await Store.CommitAsync(Commit(Pa(1), 1, "a", Guard("number", "new", TimeSpan.FromDays(-1) + future)));

        Assert.Equal(4, await Store.SweepAsync(Noon, 100));
        Assert.Equal(0, await Store.SweepAsync(Noon, 100));

        Assert.Null(await Store.FindUniqueKeyAsync(Key("old")));
        Assert.NotNull(await Store.FindUniqueKeyAsync(Key("new")));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(1, 2)));
        Assert.Equal(new GuardCounts(1, 1), await Store.ReadGuardAsync(Key("number"), Noon.AddDays(-9), Noon.AddDays(-9)));
        Assert.Null(await Store.RecordReceiptAsync(Receipt("old", AttemptStatus.Sent)));
        Assert.NotNull(await Store.RecordReceiptAsync(Receipt("new", AttemptStatus.Sent)));
        Assert.Equal("a", Text(await Store.ReadAsync("sample", Pa(1))));
        Assert.Single(await Store.ClaimDueAsync(Noon, Noon.AddHours(1), 10));
    }

    [Fact]
    public async Task Sweep_WhenThereIsMoreThanTheLimit_LeavesTheRestForTheNextTime()
    {
        for (var n = 0; n < 30; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Outcome(n, 1, lives: TimeSpan.FromSeconds(-30 + n)), Unique($"{n}", TimeSpan.Zero)));
        }

        Assert.Equal(20, await Store.SweepAsync(Noon, 10));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(9, 1)));
        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(10, 1)));
        Assert.Equal(20, await Store.SweepAsync(Noon, 10));
        Assert.Equal(20, await Store.SweepAsync(Noon, 1000));
    }

    [Fact]
    public async Task Erase_WhenAnAliasHasRows_RemovesItsRowsOnly()
    {
        await Store.CommitAsync(Commit(
            Pa(1), 0, "a", Outcome(1, 1), Outcome(1, 2), Due(1, 3), Map("m1", 1, 1), Map("m2", 1, 4), Unique("mine") with { Alias = Alias(1) }, Unique("nobody's")));
        await Store.CommitAsync(Commit(Pa(2), 0, "b", Outcome(2, 1), Due(2, 3), Map("m3", 2, 2), Unique("other") with { Alias = Alias(2) }));
        await Store.RecordReceiptAsync(Receipt("m1", AttemptStatus.Delivered));
        await Store.RecordReceiptAsync(Receipt("m3", AttemptStatus.Delivered));

        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(1), 1, "erased", new AliasErasedRow(Alias(1))))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(1), 2, null, new AliasErasedRow(Alias(1))))).Status);

        Assert.Null(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(1, 2)));
        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(2, 1)));
        Assert.Equal([Alias(2)], (await Store.ClaimDueAsync(Noon, Noon.AddHours(1), 10)).Select(row => row.Alias));
        Assert.Equal(["m3"], (await Store.FindUnappliedReceiptsAsync(10)).Select(match => match.Receipt.MessageId));
        Assert.Null(await Store.RecordReceiptAsync(Receipt("m2", AttemptStatus.Sent)));
        Assert.Equal((string.Empty, string.Empty), await AnswerAsync("mine"));
        Assert.Equal(Answer(Unique("other")), await AnswerAsync("other"));
        Assert.Equal(Answer(Unique("nobody's")), await AnswerAsync("nobody's"));
        Assert.Equal(CommitStatus.UniqueKeyTaken, (await Store.CommitAsync(Commit(Pa(3), 0, "c", Unique("mine")))).Status);
    }

    [Fact]
    public async Task Erase_WhenItsCommitLoses_RemovesNothing()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Outcome(1, 1), Unique("mine") with { Alias = Alias(1) }));

        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(1), 7, "erased", new AliasErasedRow(Alias(1))))).Status);

        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Equal(Answer(Unique("mine")), await AnswerAsync("mine"));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(Pa(1), 1, "erased", new AliasErasedRow(default))));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.CommitAsync(Commit(Pa(1), 1, "erased", Unique("new") with { Alias = Alias(1) }, new AliasErasedRow(Alias(1)))));
    }

    [Fact]
    public async Task Erase_WhenItsCommitHasRowsOfTheAlias_KeepsThose()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "a", Outcome(1, 1), Due(1, 1)));

        await Store.CommitAsync(Commit(Pa(1), 1, "erased", Due(1, 2), Unique("word"), new AliasErasedRow(Alias(1))));

        Assert.Null(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Equal([Verification(1, 2)], (await Store.ClaimDueAsync(Noon, Noon.AddHours(1), 10)).Select(row => row.Verification));
        Assert.Equal(Answer(Unique("word")), await AnswerAsync("word"));
    }

    [Fact]
    public async Task Erase_WhenManyErasuresMeetCommitsOfOthers_RemovesItsOwnOnly()
    {
        const int Count = 40;
        for (var n = 0; n < Count; n++)
        {
            await Store.CommitAsync(Commit(Pa(n), 0, "a", Outcome(n, 1), Due(n, 1), Map($"m{n}", n, 1), Unique($"{n}") with { Alias = Alias(n) }));
        }

        var results = await Race(Count, n => Store.CommitAsync(
            n % 2 == 0 ? Commit(Pa(n), 1, "erased", new AliasErasedRow(Alias(n))) : Commit(Pa(n), 1, "b", Outcome(n, 2), Due(n, 2), Map($"n{n}", n, 2))));

        Assert.All(results, result => Assert.Equal(CommitStatus.Committed, result.Status));
        for (var n = 0; n < Count; n++)
        {
            Assert.Equal(n % 2 == 0, await Store.ReadOutcomeAsync(Verification(n, 1)) is null);
            Assert.Equal(n % 2 == 0, (await AnswerAsync($"{n}")).Answer.Length == 0);
        }

        Assert.Equal(Count, (await Store.ClaimDueAsync(Noon, Noon.AddHours(1), 10 * Count)).Count);
    }

    private async Task<(string Fingerprint, string Answer)> AnswerAsync(string key) => Answer((await Store.FindUniqueKeyAsync(Key(key)))!);

    private static (string Fingerprint, string Answer) Answer(UniqueKeyRow row) => (Convert.ToHexString(row.Fingerprint), Convert.ToHexString(row.Answer));

    private static readonly IComparer<VerificationId> ById = Comparer<VerificationId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value));
}
