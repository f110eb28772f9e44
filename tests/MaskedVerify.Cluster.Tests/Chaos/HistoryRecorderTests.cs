using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos;

/// <summary>No message falls between two verifications of one number.</summary>
public sealed class HistoryRecorderTests
{
    private const string Number = "+447400123456";
    private static readonly DateTimeOffset s_at = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pool_WhenAMessageComesTwiceAfterACleanEnd_ShowsItToTheJudge()
    {
        var messages = new MessageLog();
        var pool = new AliasPool(messages);
        var first = Started("first", seenBefore: 0);
        messages.Add(Number, new SeenMessage("111111", s_at));
        pool.Give(first, "pa-1");

        messages.Add(Number, new SeenMessage("111111", s_at));
        Assert.True(pool.TryTake(out var known));
        messages.Add(Number, new SeenMessage("222222", s_at));

        Assert.Equal((Number, "pa-1", 2), known);
        Assert.Contains(HistoryRules.Judge(first.ToHistory(messages)), v => v.Rule == HistoryRule.OneMessage);
        Assert.Equal(["222222"], Started("second", known.Seen).Seen(messages).Select(m => m.Code));
    }

    [Fact]
    public void Pool_WhenTheNextOneHasBegun_GivesItsMessagesToItAlone()
    {
        var messages = new MessageLog();
        var pool = new AliasPool(messages);
        var first = Started("first", seenBefore: 0);
        messages.Add(Number, new SeenMessage("111111", s_at));
        pool.Give(first, "pa-1");
        Assert.True(pool.TryTake(out var known));
        messages.Add(Number, new SeenMessage("222222", s_at));

        Assert.Equal(["111111"], first.Seen(messages).Select(m => m.Code));
        Assert.Equal(["222222"], Started("second", known.Seen).Seen(messages).Select(m => m.Code));
        Assert.False(pool.TryTake(out _));
    }

    private static HistoryRecorder Started(string name, int seenBefore)
    {
        var history = new HistoryRecorder(name, Number, "rotate", seenBefore);
        history.Add(new OpCall(OpKind.Start, name), new OpAnswer(OpEnd.Ok) { Id = "vf-" + name, Alias = "pa-1", Status = "pending" }, s_at, s_at);
        return history;
    }
}
