using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class ReceiptSinkTests : IDisposable
{
    private static readonly CarrierId Carrier = CarrierId.Parse("sandbox");

    private readonly PumpWorld _world = new();
    private readonly InMemoryHotStore _store = new();
    private readonly ReceiptSink _sink;

    public ReceiptSinkTests() =>
        _sink = new ReceiptSink(_store, _world.Grains.Factory, _world.Reporter, _world.Time, _world.Options, _world.Metrics, NullLogger<ReceiptSink>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_WhenABatchOfReceiptsAlwaysFails_StillAppliesTheNext()
    {
        var poison = new HashSet<VerificationId>();
        for (var i = 0; i < 300; i++)
            poison.Add(await UnappliedAsync($"poison-{i}"));

        _world.BeforeReceipt = id => poison.Contains(id) ? throw new InvalidDataException() : Task.CompletedTask;
        await _sink.StartAsync(Token);
        await _world.AdvanceUntilAsync(() => _sink.Failing.Count == 300, "all of them have failed", 2_000);
        var good = await UnappliedAsync("good");

        await _world.AdvanceUntilAsync(() => _world.Receipts.Any(r => r.Id == good), "the one behind them is applied", 2_000);
        Assert.DoesNotContain(_world.Receipts, r => poison.Contains(r.Id));
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task Poll_WhenAReceiptFailsForADay_SetsItAsideAndKeepsTheRowOfItsAlias()
    {
        var verification = await UnappliedAsync("poison");
        var key = GrainKeys.PhoneAlias(verification);
        var row = (await _store.ReadAsync(StateNames.PhoneAlias, key, Token))!;
        _world.BeforeReceipt = _ => throw new InvalidDataException();
        await _sink.StartAsync(Token);
        for (var minutes = 0; minutes < 23 * 60; minutes += 30)
            await FailOnceMoreAsync();

        Assert.Single(await _store.FindUnappliedReceiptsAsync(10, Token));
        for (var minutes = 0; minutes <= 90; minutes += 30)
            await FailOnceMoreAsync();

        await Eventually.TrueAsync(async () => (await _store.FindUnappliedReceiptsAsync(10, Token)).Count == 0, "the receipt is set aside");
        Assert.Equal(row.Payload, (await _store.ReadAsync(StateNames.PhoneAlias, key, Token))!.Payload);
        await Eventually.TrueAsync(() => _sink.Failing.Count == 0, "it is forgotten");
        await _sink.StopAsync(Token);

        // The clock stands until the failure is written down under this very moment: then it waits again.
        async Task FailOnceMoreAsync()
        {
            _world.Time.Advance(TimeSpan.FromMinutes(30));
            await Eventually.TrueAsync(
                async () =>
                {
                    await _sink.PollAsync(Token);
                    return _sink.Failing.Waits((Carrier, "poison"), _world.Time.GetUtcNow()) || (await _store.FindUnappliedReceiptsAsync(10, Token)).Count == 0;
                },
                "it failed once more");
        }
    }

    [Fact]
    public async Task Record_WhenTheStoreIsAway_ThrowsSoThatTheCarrierIsNotAnswered()
    {
        _store.IsUnavailable = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _sink.RecordAsync(Receipt("m-1"), Token));
    }

    [Fact]
    public async Task Record_WhenTheMessageIsKnown_ReachesTheAlias()
    {
        var verification = await MapAsync("m-1");
        await _sink.StartAsync(Token);

        await _sink.RecordAsync(Receipt("m-1"), Token);

        await Eventually.TrueAsync(() => _world.Receipts.Count == 1, "the alias got it");
        Assert.Equal((verification, "m-1", AttemptStatus.Delivered), _world.Receipts.Single());
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task Record_WhenItComesBeforeItsMessageId_IsDurableAndFoundLater()
    {
        await _sink.StartAsync(Token);
        await _sink.RecordAsync(Receipt("m-9"), Token);
        Assert.Equal(0, await _sink.PollAsync(Token));

        var verification = await MapAsync("m-9");
        await _world.AdvanceUntilAsync(() => !_world.Receipts.IsEmpty, "the poll found it", 1_000);

        Assert.Equal(verification, _world.Receipts.First().Id);
        await _sink.StopAsync(Token);
    }

    [Theory]
    [InlineData("m-1", "x-1")]
    [InlineData("x-1", "m-1")]
    public async Task Record_WhenOneOfItsIdsIsKnown_ReachesItsAlias(string id, string other)
    {
        var verification = await MapAsync("m-1");
        await _sink.StartAsync(Token);

        await _sink.RecordAsync(Receipt(id) with { OtherIds = [other] }, Token);

        await Eventually.TrueAsync(() => _world.Receipts.Count == 1, "the alias got it");
        Assert.Equal((verification, "m-1", AttemptStatus.Delivered), _world.Receipts.Single());

        // Nothing is left behind under the other id.
        await MapAsync("x-1");
        Assert.Equal(["m-1"], (await _store.FindUnappliedReceiptsAsync(10, Token)).Select(match => match.Receipt.MessageId));
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task Record_WhenItsIdsBelongToTwoAttempts_AppliesToNoneAndIsCounted()
    {
        using var counted = new MetricCollector<long>(_world.Meters, GrainsMetrics.MeterName, "maskedverify.receipts.ambiguous");
        await MapAsync("m-1");
        await MapAsync("m-2");

        await _sink.RecordAsync(Receipt("m-1") with { OtherIds = ["m-2"] }, Token);

        Assert.Equal(1, counted.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Empty(await _store.FindUnappliedReceiptsAsync(10, Token));
    }

    [Fact]
    public async Task Record_WhenANewerSubmitHasOneOfItsIds_BelongsToTheOther()
    {
        var verification = await MapAsync("m-1");
        var receipt = Receipt("m-2") with { OtherIds = ["m-1"] };
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await MapAsync("m-2");
        await _sink.StartAsync(Token);

        await _sink.RecordAsync(receipt, Token);

        await Eventually.TrueAsync(() => _world.Receipts.Count == 1, "the alias got it");
        Assert.Equal(verification, _world.Receipts.Single().Id);
        await _sink.StopAsync(Token);
    }

    [Theory]
    [InlineData("m-1")]
    [InlineData("m-2")]
    public async Task Record_WhenItComesBeforeItsIds_WaitsUnderEach(string known)
    {
        await _sink.StartAsync(Token);
        await _sink.RecordAsync(Receipt("m-1") with { OtherIds = ["m-2"] }, Token);

        var verification = await MapAsync(known);
        await _world.AdvanceUntilAsync(() => !_world.Receipts.IsEmpty, "the poll found it", 1_000);

        Assert.Equal((verification, known, AttemptStatus.Delivered), _world.Receipts.Single());
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task Poll_WhenBothIdsOfAReceiptBecameKnown_AppliesToNoneAndIsCounted()
    {
        using var counted = new MetricCollector<long>(_world.Meters, GrainsMetrics.MeterName, "maskedverify.receipts.ambiguous");
        await _sink.RecordAsync(Receipt("m-1") with { OtherIds = ["m-2"] }, Token);
        await MapAsync("m-1");
        await MapAsync("m-2");
        await _sink.StartAsync(Token);

        await Eventually.TrueAsync(
            async () => await _sink.PollAsync(Token) == 0 && (await _store.FindUnappliedReceiptsAsync(10, Token)).Count == 0, "nothing is left to apply");
        Assert.Empty(_world.Receipts);
        Assert.NotEmpty(counted.GetMeasurementSnapshot());
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task RecordLate_ReachesTheAliasAsAnAcceptance()
    {
        var ticket = _world.Ticket();

        await _sink.RecordLateAsync(new LateAnswer(Carrier, ticket.Verification, 1, "m-1", 2, _world.Time.GetUtcNow()), Token);

        Assert.Equal(new AttemptReport(ticket.Verification, 1, Carrier, 0, "m-1", 2, _world.Time.GetUtcNow()), Assert.Single(_world.Reports));
    }

    [Fact]
    public async Task Apply_WhenTheAliasFails_IsTriedAgainByThePoll()
    {
        await MapAsync("m-1");
        var calls = 0;
        _world.BeforeCall = () => Interlocked.Increment(ref calls) == 1 ? throw new TimeoutException() : Task.CompletedTask;
        await _sink.StartAsync(Token);
        await _sink.RecordAsync(Receipt("m-1"), Token);
        await Eventually.TrueAsync(() => calls == 1, "the alias was asked");
        Assert.Empty(_world.Receipts);

        await _world.AdvanceUntilAsync(() => !_world.Receipts.IsEmpty, "it was applied", 1_000);
        await _sink.StopAsync(Token);
    }

    [Fact]
    public async Task Poll_WhenOneIsUnderWay_DoesNotAskForItTwice()
    {
        await MapAsync("m-1");
        var gate = new TaskCompletionSource();
        var calls = 0;
        _world.BeforeCall = () =>
        {
            Interlocked.Increment(ref calls);
            return gate.Task;
        };
        await _sink.StartAsync(Token);
        await _sink.RecordAsync(Receipt("m-1"), Token);
        await Eventually.TrueAsync(() => calls == 1, "the alias was asked");

        for (var i = 0; i < 5; i++)
            Assert.Equal(1, await _sink.PollAsync(Token));

        gate.SetResult();
        await Eventually.TrueAsync(() => _world.Receipts.Count == 1, "it was applied");
        Assert.Equal(1, calls);
        await _sink.StopAsync(Token);
    }

    public void Dispose()
    {
        _sink.Dispose();
        _world.Dispose();
    }

    private DeliveryReceipt Receipt(string messageId) => new(Carrier, messageId, AttemptStatus.Delivered, null, _world.Time.GetUtcNow());

    private async Task<VerificationId> MapAsync(string messageId)
    {
        var ticket = _world.Ticket();
        var row = new ReceiptMapRow(Carrier, messageId, ticket.Alias, ticket.Verification, 0, _world.Time.GetUtcNow(), _world.Time.GetUtcNow().AddDays(30));
        await _store.CommitAsync(new HotCommit(StateNames.PhoneAlias, GrainKeys.PhoneAlias(ticket.Alias), 0, [1], [row]));
        return ticket.Verification;
    }

    /// <summary>A receipt that a silo which is gone has stored.</summary>
    private async Task<VerificationId> UnappliedAsync(string messageId)
    {
        var verification = await MapAsync(messageId);
        await _store.RecordReceiptAsync(new ParkedReceipt(Carrier, messageId, AttemptStatus.Delivered, null, _world.Time.GetUtcNow(), _world.Time.GetUtcNow().AddDays(30)));
        return verification;
    }
}
