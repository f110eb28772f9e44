using MaskedVerify.Carriers;
using MaskedVerify.Domain;

namespace MaskedVerify.Testing;

/// <summary>A carrier with a connection: ready while somebody runs it. What it is asked to send goes to a <see cref="TestCarrier"/>.</summary>
public sealed class TestSession(TestCarrier carrier) : ICarrierSession
{
    private volatile bool _isRunning;

    /// <summary>Where its messages arrive.</summary>
    public TestCarrier Carrier => carrier;

    /// <inheritdoc/>
    public CarrierId Id => carrier.Id;

    /// <inheritdoc/>
    public IReadOnlySet<Channel> Channels => carrier.Channels;

    /// <inheritdoc/>
    public bool IsReady => _isRunning && carrier.IsReady;

    /// <inheritdoc/>
    public string StatusText => _isRunning ? "running" : "not running";

    /// <inheritdoc/>
    public ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken) =>
        _isRunning ? carrier.SubmitAsync(message, cancellationToken) : ValueTask.FromResult(CarrierResult.Failed(CarrierError.NotSent));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _isRunning = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isRunning = false;
        return Task.CompletedTask;
    }
}
