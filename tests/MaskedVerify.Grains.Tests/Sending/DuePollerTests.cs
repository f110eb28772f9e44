using MaskedVerify.Domain;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class DuePollerTests : IDisposable
{
    private readonly PumpWorld _world = new(o => o.DueBatch = 10);
    private readonly InMemoryHotStore _store = new();
    private readonly DuePoller _poller;
    private int _rows;

    public DuePollerTests() =>
        _poller = new DuePoller(_store, _world.Grains.Factory, _world.Time, _world.Options, _world.Metrics, NullLogger<DuePoller>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_WhenStepsAreOverdue_ResumesEachOnce()
    {
        var due = new[] { await AddDueAsync(-1), await AddDueAsync(0) };
        await AddDueAsync(5);

        Assert.Equal(2, await _poller.PollAsync(Token));
        Assert.Equal(0, await _poller.PollAsync(Token));

        Assert.Equal(due.Order(Comparer<VerificationId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))), _world.Resumed.OrderBy(v => v.Value, StringComparer.Ordinal));
        Assert.Equal(_world.Time.GetUtcNow(), _poller.SucceededAt);
    }

    [Fact]
    public async Task Poll_WhenAnAliasFails_OthersGoOnAndItIsTriedAgain()
    {
        await AddDueAsync(-1);
        await AddDueAsync(-1);
        var calls = 0;
        _world.BeforeCall = () => Interlocked.Increment(ref calls) == 1 ? throw new TimeoutException() : Task.CompletedTask;

        Assert.Equal(2, await _poller.PollAsync(Token));
        Assert.Single(_world.Resumed);
        _world.Time.Advance(TimeSpan.FromSeconds(31));
        await _poller.PollAsync(Token);

        Assert.Equal(2, _world.Resumed.Distinct().Count());
    }

    [Fact]
    public async Task Poll_WhenAStepFailsForADay_GivesItUpAndKeepsTheRowOfItsAlias()
    {
        var damaged = await AddDueAsync(-1);
        var key = GrainKeys.PhoneAlias(damaged);
        await _store.CommitAsync(new HotCommit(StateNames.PhoneAlias, key, 0, [0xff], []));
        _world.BeforeCall = () => throw new InvalidDataException();
        for (var minutes = 0; minutes < 24 * 60; minutes += 30)
        {
            Assert.Equal(1, await _poller.PollAsync(Token));
            _world.Time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Single(_store.Due);
        Assert.Equal(1, await _poller.PollAsync(Token));

        Assert.Empty(_store.Due);
        Assert.Equal([0xff], (await _store.ReadAsync(StateNames.PhoneAlias, key, Token))!.Payload);
        Assert.Equal(0, _poller.Failing.Count);
    }

    [Fact]
    public async Task Poll_WhenAStepFailsForADayWithASuccessBetween_TriesOn()
    {
        var step = await AddDueAsync(-1);
        for (var minutes = 0; minutes <= 25 * 60; minutes += 30)
        {
            _world.BeforeCall = minutes == 600 ? () => Task.CompletedTask : () => throw new TimeoutException();
            await _poller.PollAsync(Token);
            _world.Time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(step, Assert.Single(_store.Due).Verification);
    }

    [Fact]
    public async Task Poll_WhileABatchTakesLong_SeesWhetherTheStoreAnswers()
    {
        await AddDueAsync(-1);
        var start = _world.Time.GetUtcNow();
        var end = new TaskCompletionSource();
        _world.BeforeCall = () => end.Task;
        var poll = _poller.PollAsync(Token);

        await _world.AdvanceUntilAsync(() => _poller.SucceededAt >= start.AddSeconds(30), "the store was seen half a minute later", 1_000);
        _store.IsUnavailable = true;
        var last = _poller.SucceededAt;
        for (var i = 0; i < 20; i++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.InRange(_poller.SucceededAt, last, last.AddSeconds(2));
        _store.IsUnavailable = false;
        end.SetResult();
        Assert.Equal(1, await poll);
        Assert.Single(_world.Resumed);
    }

    [Fact]
    public async Task Execute_WhenABatchIsFull_GoesOnAtOnceAndThenSlowsDown()
    {
        for (var i = 0; i < 25; i++)
            await AddDueAsync(-1);

        await _poller.StartAsync(Token);
        await _world.AdvanceUntilAsync(() => _world.Resumed.Count == 25, "all batches were worked on", 250);

        await _poller.StopAsync(Token);
    }

    [Fact]
    public async Task Execute_WhenTheStoreIsAway_GoesOnAfterwards()
    {
        _store.IsUnavailable = true;
        await _poller.StartAsync(Token);
        for (var i = 0; i < 20; i++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.Equal(0, _poller.SucceededAt.UtcTicks);
        _store.IsUnavailable = false;
        await AddDueAsync(-1);
        await _world.AdvanceUntilAsync(() => _world.Resumed.Count == 1, "the step was taken up", 500);
        await _poller.StopAsync(Token);
    }

    public void Dispose()
    {
        _poller.Dispose();
        _world.Dispose();
    }

    private async Task<VerificationId> AddDueAsync(int seconds)
    {
        var ticket = _world.Ticket();
        var row = new DueRow(ticket.Verification, ticket.Alias, _world.Time.GetUtcNow().AddSeconds(seconds));
        await _store.CommitAsync(new HotCommit(StateNames.PhoneAlias, $"pa-{++_rows}", 0, [1], [row]));
        return ticket.Verification;
    }
}
