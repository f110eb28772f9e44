using System.Collections.Concurrent;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;

namespace MaskedVerify.Testing;

/// <summary>
/// A carrier that keeps what it is asked to send, so that a test can read the code, and does with it what the test wants: accept (the default), refuse, wait, throw.
/// </summary>
public sealed class TestCarrier(string id, params Channel[] channels) : ICarrierClient
{
    private readonly ConcurrentQueue<CarrierMessage> _messages = new();
    private int _lastId;

    /// <inheritdoc/>
    public CarrierId Id { get; } = CarrierId.Parse(id);

    /// <inheritdoc/>
    public IReadOnlySet<Channel> Channels { get; } = channels.Length > 0 ? channels.ToHashSet() : [Channel.Sms, Channel.Voice];

    /// <inheritdoc/>
    public bool IsReady { get; set; } = true;

    /// <summary>What a submit does after the message was kept. Default: accepts with the ids <c>m-1</c>, <c>m-2</c>, ….</summary>
    public Func<CarrierMessage, CancellationToken, ValueTask<CarrierResult>>? Behaviour { get; set; }

    /// <summary>Everything it was asked to send, oldest first.</summary>
    public IReadOnlyList<CarrierMessage> Messages => [.. _messages];

    /// <summary>Lets every submit end like this.</summary>
    public void AnswerWith(CarrierError error) => Behaviour = (_, _) => ValueTask.FromResult(CarrierResult.Failed(error));

    /// <summary>Keeps submits waiting until the result is disposed (then they are accepted) or cancelled (then they end as <see cref="CarrierError.NoAnswer"/>).</summary>
    public CarrierHold Hold()
    {
        var hold = new CarrierHold(this);
        Behaviour = async (message, token) => await hold.WaitAsync(token) ? Accept() : CarrierResult.Failed(CarrierError.NoAnswer);
        return hold;
    }

    /// <summary>An acceptance with the next id.</summary>
    public CarrierResult Accept() => CarrierResult.Accepted($"m-{Interlocked.Increment(ref _lastId)}", 1);

    /// <summary>Messages of one verification, oldest first.</summary>
    public IReadOnlyList<CarrierMessage> Of(VerificationId verification) => [.. _messages.Where(m => m.Verification == verification)];

    /// <summary>Waits (in real time, at most 20 s) until <paramref name="count"/> messages of a verification were handed over, and returns the last of them.</summary>
    public async Task<CarrierMessage> WaitForAsync(VerificationId verification, int count = 1)
    {
        await Eventually.TrueAsync(() => Of(verification).Count >= count, $"the carrier got {count} messages");
        return Of(verification)[count - 1];
    }

    /// <summary>The code in a message: its longest run of digits.</summary>
    public static OneTimeCode CodeIn(CarrierMessage message)
    {
        var runs = message.Text.Split(message.Text.Where(c => !char.IsAsciiDigit(c)).Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries);
        return OneTimeCode.TryParse(runs.MaxBy(r => r.Length), out var code) ? code : throw new InvalidOperationException("The message has no code.");
    }

    /// <inheritdoc/>
    public async ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken)
    {
        _messages.Enqueue(message);
        return Behaviour is { } behaviour ? await behaviour(message, cancellationToken) : Accept();
    }
}

/// <summary>See <see cref="TestCarrier.Hold"/>.</summary>
public sealed class CarrierHold(TestCarrier carrier) : IDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the waiting submits go, and further ones pass.</summary>
    public void Dispose()
    {
        carrier.Behaviour = null;
        _released.TrySetResult();
    }

    internal async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
