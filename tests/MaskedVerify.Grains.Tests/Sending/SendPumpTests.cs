using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class SendPumpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enqueue_WhenCarrierAccepts_ReportsIt()
    {
        using var world = new PumpWorld();
        await world.Pump.StartAsync(Token);
        var ticket = world.Ticket();

        Assert.True(world.Pump.TryEnqueue(ticket));
        await Eventually.TrueAsync(() => !world.Reports.IsEmpty, "the result was reported");

        var report = Assert.Single(world.Reports);
        Assert.Equal((ticket.Verification, 0, "sandbox", 0, "m-1", 1), (report.Id, report.Attempt, report.Carrier.Value, report.Error, report.MessageId, report.Segments));
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_WhenTicketIsLate_IsNotSubmitted()
    {
        using var world = new PumpWorld();
        var ticket = world.Ticket();
        Assert.True(world.Pump.TryEnqueue(ticket));
        world.Time.Advance(TimeSpan.FromSeconds(5.001));

        await world.Pump.StartAsync(Token);
        await Eventually.TrueAsync(() => !world.Reports.IsEmpty, "the result was reported");

        Assert.Equal((int)CarrierError.NotSent, Assert.Single(world.Reports).Error);
        Assert.Empty(world.Carriers[0].Messages);
        await world.Pump.StopAsync(Token);
    }

    [Theory]
    [InlineData(true, 400, 400)]
    [InlineData(true, 1, 100)]
    [InlineData(true, 60_000, 9_000)]
    [InlineData(false, 400, 0)]
    public async Task Enqueue_WhenThrottled_TellsItAfterThePauseIfNoRouteIsLeft(bool isLastRoute, int retryAfter, int pause)
    {
        var carrier = new TestCarrier("sandbox") { Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Failed(CarrierError.Throttled, TimeSpan.FromMilliseconds(retryAfter))) };
        using var world = new PumpWorld(o => o.SendWorkers = 1, carrier);
        await world.Pump.StartAsync(Token);
        var began = world.Time.GetUtcNow();
        Assert.True(world.Pump.TryEnqueue(world.Ticket() with { IsLastRoute = isLastRoute, ClaimedAt = 7 }));
        Assert.True(world.Pump.TryEnqueue(world.Ticket() with { IsLastRoute = isLastRoute, ClaimedAt = 7 }));
        await Eventually.TrueAsync(() => carrier.Messages.Count == 2, "the only worker waits for none of them");
        await world.AdvanceUntilAsync(() => world.Reports.Count == 2, "both results were reported", milliseconds: 50);

        Assert.InRange((world.Time.GetUtcNow() - began).TotalMilliseconds, pause, pause + 500);
        Assert.All(world.Reports, report => Assert.Equal(((int)CarrierError.Throttled, 7L), (report.Error, report.ClaimedAt)));
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_WhenTheAliasDoesNotAwaitItAnyMore_IsNotSubmitted()
    {
        using var world = new PumpWorld { IsAwaited = false };
        await world.Pump.StartAsync(Token);
        Assert.True(world.Pump.TryEnqueue(world.Ticket()));
        await Eventually.TrueAsync(() => !world.Reports.IsEmpty, "the result was reported");

        Assert.Equal((int)CarrierError.NotSent, Assert.Single(world.Reports).Error);
        Assert.Empty(world.Carriers[0].Messages);
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_WhenTheAliasDoesNotAnswer_IsNotSubmittedAndReported()
    {
        using var world = new PumpWorld { BeforeAnswer = () => throw new TimeoutException("away") };
        await world.Pump.StartAsync(Token);
        Assert.True(world.Pump.TryEnqueue(world.Ticket()));
        await Eventually.TrueAsync(() => !world.Reports.IsEmpty, "the result was reported");

        Assert.Equal((int)CarrierError.NotSent, Assert.Single(world.Reports).Error);
        Assert.Empty(world.Carriers[0].Messages);
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_WhenTheConnectionIsDownAndNoRouteIsLeft_SendsWhenItIsBack()
    {
        var carrier = new TestCarrier("sandbox") { IsReady = false };
        carrier.Behaviour = (_, _) => ValueTask.FromResult(carrier.IsReady ? carrier.Accept() : CarrierResult.Failed(CarrierError.NotSent));
        using var world = new PumpWorld(_ => { }, carrier);
        await world.Pump.StartAsync(Token);
        Assert.True(world.Pump.TryEnqueue(world.Ticket() with { IsLastRoute = true }));
        await world.AdvanceUntilAsync(() => carrier.Messages.Count >= 3, "it was tried again");
        Assert.Empty(world.Reports);

        carrier.IsReady = true;
        await world.AdvanceUntilAsync(() => !world.Reports.IsEmpty, "the result was reported");

        Assert.Equal((int)CarrierError.None, Assert.Single(world.Reports).Error);
        await world.Pump.StopAsync(Token);
    }

    [Theory]
    [InlineData(true, 4, 6)]
    [InlineData(false, 0, 1)]
    public async Task Enqueue_WhenTheConnectionStaysDown_GivesUpWhenNothingMayBeginAnyMoreOrAnotherRouteIsLeft(bool lastRoute, int least, int most)
    {
        var carrier = new TestCarrier("sandbox") { IsReady = false };
        carrier.AnswerWith(CarrierError.NotSent);
        using var world = new PumpWorld(_ => { }, carrier);
        await world.Pump.StartAsync(Token);
        var began = world.Time.GetUtcNow();
        Assert.True(world.Pump.TryEnqueue(world.Ticket() with { IsLastRoute = lastRoute }));
        await Eventually.TrueAsync(() => carrier.Messages.Count > 0, "it was tried");
        await world.AdvanceUntilAsync(() => !world.Reports.IsEmpty, "the result was reported", milliseconds: 50);

        Assert.Equal((int)CarrierError.NotSent, Assert.Single(world.Reports).Error);
        Assert.InRange((world.Time.GetUtcNow() - began).TotalSeconds, least, most);
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_WhenOneCarrierIsStuck_AnotherGoesOn()
    {
        var slow = new TestCarrier("slow");
        var quick = new TestCarrier("quick");
        using var world = new PumpWorld(o => o.SendWorkers = 2, slow, quick);
        using var hold = slow.Hold();
        await world.Pump.StartAsync(Token);
        for (var i = 0; i < 20; i++)
            Assert.True(world.Pump.TryEnqueue(world.Ticket("slow")));

        for (var i = 0; i < 20; i++)
            Assert.True(world.Pump.TryEnqueue(world.Ticket("quick")));

        await Eventually.TrueAsync(() => world.Reports.Count == 20, "the quick carrier's results came");
        Assert.All(world.Reports, r => Assert.Equal("quick", r.Carrier.Value));
        await Eventually.TrueAsync(() => slow.Messages.Count == 2, "the slow carrier has as many as it has workers");
        hold.Dispose();
        await world.Pump.StopAsync(Token);
        Assert.Equal(40, world.Reports.Count);
    }

    [Fact]
    public async Task Enqueue_WhenCarrierDoesNotAnswer_IsUnknownAfterTheDeadline()
    {
        using var world = new PumpWorld();
        using var hold = world.Carriers[0].Hold();
        await world.Pump.StartAsync(Token);
        world.Pump.TryEnqueue(world.Ticket());
        await Eventually.TrueAsync(() => world.Carriers[0].Messages.Count == 1, "it was handed over");
        await Task.Delay(20, Token);
        Assert.Empty(world.Reports);

        await world.AdvanceUntilAsync(() => !world.Reports.IsEmpty, "the result was reported", 1_000);

        Assert.Equal((int)CarrierError.NoAnswer, Assert.Single(world.Reports).Error);
        await world.Pump.StopAsync(Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enqueue_WhenClientIsBroken_IsUnknownAndTheLaneLives(bool throws)
    {
        using var world = new PumpWorld(o => o.SendWorkers = 1);
        var never = new TaskCompletionSource<CarrierResult>();
        world.Carriers[0].Behaviour = (_, _) => throws ? throw new InvalidOperationException("broken") : new ValueTask<CarrierResult>(never.Task);
        await world.Pump.StartAsync(Token);
        world.Pump.TryEnqueue(world.Ticket());
        await world.AdvanceUntilAsync(() => !world.Reports.IsEmpty, "the first result was reported", 1_000);
        Assert.Equal((int)CarrierError.NoAnswer, Assert.Single(world.Reports).Error);

        world.Carriers[0].Behaviour = null;
        world.Pump.TryEnqueue(world.Ticket());
        await Eventually.TrueAsync(() => world.Reports.Count == 2, "the second result was reported");
        Assert.Equal(0, world.Reports.Last().Error);
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public void TryEnqueue_WhenTheQueueIsFull_SaysNo()
    {
        using var world = new PumpWorld(o => o.SendQueueCapacity = 3);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => world.Pump.TryEnqueue(world.Ticket())));
    }

    [Fact]
    public void TryEnqueue_WhenTheCarrierIsNotHere_SaysNo()
    {
        using var world = new PumpWorld();

        Assert.False(world.Pump.TryEnqueue(world.Ticket("other")));
    }

    [Fact]
    public async Task Stop_WhenTicketsWait_SendsThemFirst()
    {
        using var world = new PumpWorld(o => o.SendWorkers = 2);
        var hold = world.Carriers[0].Hold();
        await world.Pump.StartAsync(Token);
        for (var i = 0; i < 10; i++)
            world.Pump.TryEnqueue(world.Ticket());

        await Eventually.TrueAsync(() => world.Carriers[0].Messages.Count == 2, "two are under way");
        var stop = world.Pump.StopAsync(Token);
        Assert.False(stop.IsCompleted);
        Assert.False(world.Pump.TryEnter(SendTurn.Command));
        hold.Dispose();
        await stop;

        Assert.False(world.Pump.TryEnqueue(world.Ticket()));
        Assert.Equal(10, world.Reports.Count);
        Assert.All(world.Reports, r => Assert.Equal(0, r.Error));
    }

    [Fact]
    public async Task Stop_WhenAResultClaimsAnotherRoute_SendsThatToo()
    {
        using var world = new PumpWorld();
        var hold = world.Carriers[0].Hold();
        await world.Pump.StartAsync(Token);
        world.Pump.TryEnqueue(world.Ticket());
        await Eventually.TrueAsync(() => world.Carriers[0].Messages.Count == 1, "it is under way");
        var claims = 0;
        var claimed = new List<bool>();
        world.BeforeCall = () =>
        {
            if (Interlocked.Increment(ref claims) == 1)
            {
                claimed.Add(world.Pump.TryEnter(SendTurn.Step) && world.Pump.TryEnqueue(world.Ticket()));
                world.Pump.Leave();
            }

            return Task.CompletedTask;
        };
        var stop = world.Pump.StopAsync(Token);
        hold.Dispose();
        await stop;

        Assert.Equal([true], claimed);
        Assert.Equal(2, world.Reports.Count);
        Assert.False(world.Pump.TryEnter(SendTurn.Step));
    }

    [Fact]
    public async Task Stop_WhenATurnIsInside_TakesItsTicket()
    {
        using var world = new PumpWorld();
        await world.Pump.StartAsync(Token);
        Assert.True(world.Pump.TryEnter(SendTurn.Command));
        var stop = world.Pump.StopAsync(Token);
        await Task.Delay(20, Token);
        Assert.False(stop.IsCompleted);

        Assert.True(world.Pump.TryEnqueue(world.Ticket()));
        world.Pump.Leave();
        await stop;

        Assert.Equal(0, Assert.Single(world.Reports).Error);
    }

    [Fact]
    public async Task Stop_WhenTheHostDoesNotWait_ReportsWhatWasUnderWayAsUnknown()
    {
        using var world = new PumpWorld(o => o.SendWorkers = 2);
        using var hold = world.Carriers[0].Hold();
        await world.Pump.StartAsync(Token);
        for (var i = 0; i < 10; i++)
            world.Pump.TryEnqueue(world.Ticket());

        await Eventually.TrueAsync(() => world.Carriers[0].Messages.Count == 2, "two are under way");
        using var impatient = new CancellationTokenSource();
        var stop = world.Pump.StopAsync(impatient.Token);
        await impatient.CancelAsync();
        await stop;

        Assert.Equal(2, world.Carriers[0].Messages.Count);
        Assert.Equal([(int)CarrierError.NoAnswer, (int)CarrierError.NoAnswer], world.Reports.Select(r => r.Error));
    }

    [Fact]
    public async Task Report_WhenTheAliasFails_IsTriedAgainAndHoldsUpNoSubmit()
    {
        using var world = new PumpWorld(o => o.SendWorkers = 1);
        var failures = 0;
        world.BeforeCall = () => Interlocked.Increment(ref failures) <= 3 ? throw new TimeoutException() : Task.CompletedTask;
        await world.Pump.StartAsync(Token);
        world.Pump.TryEnqueue(world.Ticket());
        world.Pump.TryEnqueue(world.Ticket());
        await Eventually.TrueAsync(() => world.Carriers[0].Messages.Count == 2, "both were submitted");

        await world.AdvanceUntilAsync(() => world.Reports.Count == 2, "both results came through");
        await world.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task Report_WhenTheAliasFailsForGood_IsGivenUp()
    {
        using var world = new PumpWorld();
        var calls = 0;
        world.BeforeCall = () =>
        {
            Interlocked.Increment(ref calls);
            throw new TimeoutException();
        };
        await world.Pump.StartAsync(Token);
        world.Pump.TryEnqueue(world.Ticket());
        await world.AdvanceUntilAsync(() => calls == 4, "it was tried four times", 500);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Pump.StopAsync(Token);

        Assert.Equal(4, calls);
        Assert.Empty(world.Reports);
    }
}
