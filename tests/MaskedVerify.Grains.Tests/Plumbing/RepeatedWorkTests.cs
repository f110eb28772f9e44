using MaskedVerify.Grains.Plumbing;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class RepeatedWorkTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _said = [];
    private readonly RepeatedWork _work;

    public RepeatedWorkTests() => _work = new RepeatedWork(_said.Add, () => _said.Add("well again"));

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Try_WhenItFailsForATime_SaysTheFirstFailureAndTheEnd()
    {
        await TryAsync(null);
        await TryAsync(new IOException());
        await TryAsync(new TimeoutException());
        await TryAsync(null);
        await TryAsync(null);
        await TryAsync(new OperationCanceledException());

        Assert.Equal(["IOException", "well again", "OperationCanceledException"], _said);
    }

    [Fact]
    public async Task Try_WhenItIsStopped_SaysNothingAndHidesNoOtherError()
    {
        await _stop.CancelAsync();

        await TryAsync(new OperationCanceledException());
        await Assert.ThrowsAsync<IOException>(() => TryAsync(new IOException()));

        Assert.Empty(_said);
    }

    private Task TryAsync(Exception? error) => _work.TryAsync(_ => error is null ? Task.CompletedTask : Task.FromException(error), _stop.Token);
}
