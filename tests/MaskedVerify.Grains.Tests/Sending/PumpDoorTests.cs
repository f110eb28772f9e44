using MaskedVerify.Grains.Sending;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class PumpDoorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Close_WhenNobodyIsInside_EndsAtOnce()
    {
        var door = new PumpDoor();
        Assert.True(door.TryEnter(SendTurn.Command));
        door.Leave();

        await door.CloseAsync(Token);

        Assert.True(door.IsClosed);
        Assert.False(door.TryEnter(SendTurn.Command));
        Assert.False(door.TryEnter(SendTurn.Step));
    }

    [Fact]
    public async Task Close_WhileSomebodyIsInside_LetsStepsInAndNoCommand()
    {
        var door = new PumpDoor();
        Assert.True(door.TryEnter(SendTurn.Command));
        var close = door.CloseAsync(Token);

        Assert.False(door.TryEnter(SendTurn.Command));
        Assert.True(door.TryEnter(SendTurn.Step));
        door.Leave();
        Assert.False(door.IsClosed);
        door.Leave();
        await close;

        Assert.False(door.TryEnter(SendTurn.Step));
    }

    [Fact]
    public async Task Close_WhenCancelled_DoesNotWait()
    {
        var door = new PumpDoor();
        Assert.True(door.TryEnter(SendTurn.Step));
        using var impatient = new CancellationTokenSource();
        var close = door.CloseAsync(impatient.Token);
        await impatient.CancelAsync();
        await close;

        Assert.True(door.IsClosed);
        door.Leave();
        Assert.False(door.TryEnter(SendTurn.Step));
    }

    [Fact]
    public async Task Close_AmongManyTurns_LetsNoneInAfterItsEnd()
    {
        for (var round = 0; round < 200; round++)
        {
            var door = new PumpDoor();
            var late = 0;
            var turns = Enumerable.Range(0, 4).Select(i => Task.Run(() =>
            {
                while (door.TryEnter(i > 0 ? SendTurn.Command : SendTurn.Step))
                {
                    if (door.IsClosed)
                        Interlocked.Increment(ref late);
                    door.Leave();
                }
            })).ToArray();
            await door.CloseAsync(Token);
            await Task.WhenAll(turns);
            Assert.Equal(0, late);
        }
    }
}
