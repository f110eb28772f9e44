using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Tests.Sandbox;

public sealed class SandboxReceiptsTests
{
    [Fact]
    public async Task Schedule_WhenTheSinkRefuses_TriesAgain()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sink.Refuse(2);
        host.Receipts.Schedule("m1", AttemptStatus.Delivered, "delivrd", TimeSpan.FromMilliseconds(300));
        await AdvanceUntilAsync(host, () => host.Sink.Receipts.Count == 1);
        Assert.Equal("m1", host.Sink.Receipts[0].MessageId);
    }

    [Fact]
    public async Task Schedule_WhenTheSinkAlwaysRefuses_GivesUpAndFreesTheRoom()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Sink.Refuse(5);
        host.Receipts.Schedule("m1", AttemptStatus.Delivered, "delivrd", TimeSpan.FromMilliseconds(300));
        await AdvanceUntilAsync(host, () => host.Receipts.Count == 0);
        Assert.Empty(host.Sink.Receipts);
    }

    [Fact]
    public async Task Schedule_WhenFull_DropsWithoutGrowing()
    {
        await using var host = await SandboxHost.StartAsync(("Sandbox:MaxWaitingReceipts", "2"));
        for (var i = 0; i < 5; i++)
        {
            host.Receipts.Schedule($"m{i}", AttemptStatus.Delivered, "delivrd", TimeSpan.FromMilliseconds(300));
        }

        Assert.Equal(2, host.Receipts.Count);
    }

    [Fact]
    public async Task Schedule_WhenAShorterDelayComesLater_IsHandedInFirst()
    {
        await using var host = await SandboxHost.StartAsync();
        host.Receipts.Schedule("late", AttemptStatus.Delivered, "delivrd", TimeSpan.FromSeconds(30));
        host.Receipts.Schedule("soon", AttemptStatus.Delivered, "delivrd", TimeSpan.FromMilliseconds(100));
        host.Time.Advance(TimeSpan.FromMilliseconds(100));
        await host.Sink.WaitAsync(1);
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await host.Sink.WaitAsync(1);
        Assert.Equal(["soon", "late"], host.Sink.Receipts.Select(receipt => receipt.MessageId));
    }

    [Fact]
    public async Task Schedule_WhenManyInAnyOrder_HandsInEachOnce()
    {
        await using var host = await SandboxHost.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2_500; i++)
            {
                host.Receipts.Schedule($"m{thread}-{i}", AttemptStatus.Delivered, "delivrd", TimeSpan.FromMilliseconds(1 + (i * 7919 % 400)));
            }
        })));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Sink.WaitAsync(20_000);
        Assert.Equal(20_000, host.Sink.Receipts.Select(receipt => receipt.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Options_WhenSeveralAreWrong_AreAllTold()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            SandboxHost.StartAsync(("Sandbox:InboxTotal", "0"), ("Sandbox:InboxPerAlias", "101"), ("Sandbox:ReceiptDelay", "00:02:00")));
        Assert.Equal(3, failure.Failures.Count());
    }

    private static async Task AdvanceUntilAsync(SandboxHost host, Func<bool> done)
    {
        // The workers run on the real thread pool: each fake step gives them a real moment.
        for (var i = 0; !done(); i++)
        {
            Assert.True(i < 10_000, "The receipt was not settled.");
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
    }
}
