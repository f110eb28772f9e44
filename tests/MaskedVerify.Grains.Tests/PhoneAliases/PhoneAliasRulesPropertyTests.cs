using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>What holds in every history, whatever happens in which order.</summary>
public sealed class PhoneAliasRulesPropertyTests
{
    private const int Histories = 400;

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_AcceptsAtMostOneCodeOfAVerificationAndOnlyWhileItMay(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        var model = new ValidCodes();
        foreach (var step in history.Steps)
        {
            var before = (world.State, Ended: world.Ended.ToDictionary());
            AliasHistory.Play(world, step);
            model.Observe(before.State, world);
            foreach (var (id, ended) in world.Ended.Where(e => e.Value.Status == VerificationStatus.Approved && !before.Ended.ContainsKey(e.Key)))
            {
                var old = PhoneAliasRules.Find(before.State, id);
                Assert.NotNull(old);
                Assert.True(world.Now < old.ExpiresAt, "accepted after expiry");
                Assert.Equal(world.Now, ended.EndedAt);
                Assert.Contains(1 + (step.B % 4), model.ValidBefore(id));
            }

            AssertTerminalStatesStand(before.Ended, world);
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_CountsWrongTriesAndForgetsThemOnlyAsDeclared(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        var judged = new List<long>();
        var failedBefore = 0;
        foreach (var step in history.Steps)
        {
            var before = world.State;
            var approved = world.Ended.Values.Count(e => e.Status == VerificationStatus.Approved);
            AliasHistory.Play(world, step);
            var failed = world.Ids.Sum(id => world.Any(id).FailedChecks);
            if (failed > failedBefore)
            {
                judged.Add(world.Now);
                failedBefore = failed;
            }

            var window = judged.Count(t => t > world.Now - PhoneAliasLimits.Day);
            Assert.True(window <= world.Policy.FailuresPerDay + PhoneAliasLimits.LiveVerifications + 30, "more tries in 24 h than strict mode leaves");
            Assert.Equal(window, world.State.Failures.Count(f => f.At > world.Now - PhoneAliasLimits.Day));
            Assert.All(world.Ids, id => Assert.True(world.Any(id).FailedChecks <= world.Policy.ChecksPerVerification));
            if (world.Ended.Values.Count(e => e.Status == VerificationStatus.Approved) == approved)
            {
                Assert.All(before.Channels, old => Assert.True(
                    world.State.Channels.Single(c => c.Channel == old.Channel).Consecutive >= old.Consecutive, "a count went down without a success"));
            }
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_MovesAttemptsOnlyForward(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        var ranks = new Dictionary<(VerificationId, int), int>();
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            foreach (var id in world.Ids)
            {
                var attempts = world.Any(id).Attempts;
                for (var i = 0; i < attempts.Length; i++)
                {
                    Assert.True(attempts[i].Status.Rank() >= ranks.GetValueOrDefault((id, i)), "an attempt moved back");
                    ranks[(id, i)] = attempts[i].Status.Rank();
                }

                Assert.All(attempts.GroupBy(a => a.Send), send => Assert.Equal(send.Count(), send.Select(a => a.Route).Distinct().Count()));
            }
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_KeepsSecretsOnlyAsLongAsNeeded(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            Assert.True(world.State.Live.Length <= PhoneAliasLimits.LiveVerifications);
            Assert.All(world.Ended.Values, e => Assert.Empty(e.Verification.Codes));
            foreach (var verification in world.State.Live)
            {
                Assert.InRange(verification.Codes.Length, 1, verification.ResendPolicy == ResendPolicy.KeepPreviousUntilAccepted ? 2 : 1);
                foreach (var code in verification.Codes)
                {
                    Assert.True(code.ExpiresAt - code.CreatedAt - code.Extended <= PhoneAliasLimits.LongestTtlSeconds * 1_000L, "a code lives longer than 10 minutes");
                    Assert.InRange(code.Extended, 0, PhoneAliasLimits.MostExtension);
                    var awaited = verification.Attempts.Any(a => a.IsAwaited);
                    var again = verification.ResendPolicy == ResendPolicy.Reuse && verification.Sends < world.Policy.MaxSendsPerVerification;
                    Assert.True(code.Sealed is null || awaited || again, "a sealed code that nothing needs");
                }
            }
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_HasADueRowForEveryLiveVerificationAndNoOther(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            Assert.Equal(world.State.Live.Length, world.DueTable.Count);
            Assert.All(world.Ids.Where(i => PhoneAliasRules.Find(world.State, i) is not null), id =>
                Assert.Equal(PhoneAliasRules.NextDue(world.Live(id)), world.DueTable[id]));
        }
    }

    [Property(Arbitrary = [typeof(AliasHistories)], MaxTest = Histories)]
    public void History_Any_KeepsTheLimitsOnMessages(AliasHistory history)
    {
        var world = new AliasWorld(history.Policy);
        foreach (var step in history.Steps)
        {
            AliasHistory.Play(world, step);
            var sends = world.SendTimes.Values.ToList();
            var left = world.SendTimes.Where(s => !world.Returned.Contains(s.Key)).Select(s => s.Value).ToList();

            // A carrier that refused a message may still deliver it.
            Assert.All(world.Returned, r => Assert.All(world.Any(r.Id).Attempts.Where(a => a.Send == r.Send), a => Assert.True(a.Status is AttemptStatus.Rejected or AttemptStatus.Delivered)));
            AssertWithin(world.Policy.SendsPerHour, sends, left, world.Now - PhoneAliasLimits.Hour);
            AssertWithin(world.Policy.SendsPerDay, sends, left, world.Now - PhoneAliasLimits.Day);
            Assert.All(world.Ids, id => Assert.True(world.Any(id).Sends <= Math.Max(1, world.Policy.MaxSendsPerVerification)));
            Assert.Equal(sends.Count, world.GuardRows.Count);
        }
    }

    /// <summary>Messages that left, or may have, keep the cap; with those that did not, there are never more than twice as many.</summary>
    private static void AssertWithin(int cap, List<long> sends, List<long> left, long since)
    {
        Assert.True(sends.Count(t => t > since) <= 2 * cap, "two caps' worth");
        Assert.True(left.Count(t => t > since) <= cap, "a cap");
    }

    private static void AssertTerminalStatesStand(Dictionary<VerificationId, EndedVerification> before, AliasWorld world)
    {
        foreach (var (id, old) in before)
        {
            var now = world.Ended[id];
            Assert.Equal((old.Status, old.Reason, old.EndedAt), (now.Status, now.Reason, now.EndedAt));
            Assert.Null(PhoneAliasRules.Find(world.State, id));
        }
    }

    /// <summary>Which sends' codes are valid, told independently of the rules' own code list.</summary>
    private sealed class ValidCodes
    {
        private readonly Dictionary<VerificationId, HashSet<int>> _before = [];
        private readonly Dictionary<VerificationId, HashSet<int>> _now = [];
        private readonly Dictionary<VerificationId, int> _taken = [];

        internal HashSet<int> ValidBefore(VerificationId id) => _before[id];

        internal void Observe(PhoneAliasState before, AliasWorld world)
        {
            foreach (var id in world.Ids)
            {
                var verification = world.Any(id);
                _before[id] = _now.TryGetValue(id, out var old) ? [.. old] : [];
                _now[id] = verification.ResendPolicy switch
                {
                    ResendPolicy.Rotate => [verification.Sends],
                    ResendPolicy.Reuse => [1],
                    _ => Kept(id, verification),
                };
            }
        }

        /// <summary>The newest, and everything not older than the newest send that a carrier was seen to have taken.</summary>
        private HashSet<int> Kept(VerificationId id, LiveVerification verification)
        {
            var taken = verification.Attempts.Where(a => a.Status is AttemptStatus.Accepted or AttemptStatus.Sent or AttemptStatus.Delivered)
                .Select(a => a.Send).Append(_taken.GetValueOrDefault(id)).Max();
            _taken[id] = taken;
            return [.. Enumerable.Range(1, verification.Sends).Where(s => s >= taken || s == verification.Sends)];
        }
    }
}
