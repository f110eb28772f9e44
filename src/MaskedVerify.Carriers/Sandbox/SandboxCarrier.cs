using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>A carrier that sends nothing: it keeps every message in the inbox and ends it as its magic number asks.</summary>
internal sealed class SandboxCarrier(
    SandboxInbox inbox, SandboxReceipts receipts, CarrierMetrics metrics, TimeProvider time, IOptions<SandboxOptions> options) : ICarrierClient
{
    /// <summary>Aliases whose first message was throttled and whose next one is due to pass; beyond it the oldest is forgotten.</summary>
    private const int MaxThrottled = 10_000;

    private static readonly TimeSpan s_throttlePause = TimeSpan.FromSeconds(1);

    private readonly SandboxOptions _options = options.Value;
    private readonly SandboxMessageIds _ids = new();
    private readonly AlternatingSet _throttled = new(MaxThrottled);

    public CarrierId Id { get; } = CarrierId.Parse("sandbox");

    public IReadOnlySet<Channel> Channels { get; } = new HashSet<Channel> { Channel.Sms, Channel.Voice };

    public bool IsReady => true;

    public ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromResult(CarrierResult.Failed(CarrierError.NotSent));
        }

        var started = time.GetTimestamp();
        var behaviour = SandboxNumbers.BehaviourOf(message.To);
        inbox.Add(message, SandboxNumbers.NameOf(behaviour));
        var answer = AnswerAsync(behaviour, message, cancellationToken);
        return answer.IsCompletedSuccessfully ? ValueTask.FromResult(Count(answer.Result, started)) : CountLaterAsync(answer, started);
    }

    private ValueTask<CarrierResult> AnswerAsync(SandboxBehaviour behaviour, CarrierMessage message, CancellationToken cancellationToken) => behaviour switch
    {
        SandboxBehaviour.InvalidDestination => Fail(CarrierError.InvalidDestination),
        SandboxBehaviour.Blocked => Fail(CarrierError.Blocked),
        SandboxBehaviour.Refused => Fail(CarrierError.Refused),
        SandboxBehaviour.NotSent => Fail(CarrierError.NotSent),
        SandboxBehaviour.Garbled => Fail(CarrierError.Garbled),
        SandboxBehaviour.Misconfigured => Fail(CarrierError.Misconfigured),
        SandboxBehaviour.ThrottledOnce when _throttled.Flip(message.Alias.Value) => ValueTask.FromResult(CarrierResult.Failed(CarrierError.Throttled, s_throttlePause)),
        SandboxBehaviour.Slow => SlowAsync(message, cancellationToken),
        SandboxBehaviour.NoAnswer => NoAnswerAsync(cancellationToken),
        SandboxBehaviour.EarlyReceipt => EarlyReceiptAsync(message, cancellationToken),
        _ => ValueTask.FromResult(Accept(behaviour, message)),
    };

    private CarrierResult Accept(SandboxBehaviour behaviour, CarrierMessage message)
    {
        var id = _ids.Next();
        ScheduleReceipts(behaviour, id);
        return CarrierResult.Accepted(id, Segments(message));
    }

    private void ScheduleReceipts(SandboxBehaviour behaviour, string id)
    {
        if (!_options.Receipts)
        {
            return;
        }

        var delay = _options.ReceiptDelay;
        switch (behaviour)
        {
            case SandboxBehaviour.NoReceipt:
                break;
            case SandboxBehaviour.SentOnly:
                receipts.Schedule(id, AttemptStatus.Sent, "enroute", delay);
                break;
            case SandboxBehaviour.Undelivered:
                receipts.Schedule(id, AttemptStatus.Undelivered, "undeliv", delay);
                break;
            case SandboxBehaviour.RejectedLater:
                receipts.Schedule(id, AttemptStatus.Rejected, "rejectd", delay);
                break;
            case SandboxBehaviour.DuplicateReceipts:
                receipts.Schedule(id, AttemptStatus.Delivered, "delivrd", delay);
                receipts.Schedule(id, AttemptStatus.Delivered, "delivrd", delay);
                receipts.Schedule(id, AttemptStatus.Delivered, "delivrd", 2 * delay);
                break;
            case SandboxBehaviour.ReorderedReceipts:
                receipts.Schedule(id, AttemptStatus.Delivered, "delivrd", delay);
                receipts.Schedule(id, AttemptStatus.Sent, "enroute", 2 * delay);
                break;
            default:
                receipts.Schedule(id, AttemptStatus.Delivered, "delivrd", delay);
                break;
        }
    }

    private async ValueTask<CarrierResult> SlowAsync(CarrierMessage message, CancellationToken cancellationToken) =>
        await WaitedAsync(_options.SlowAnswer, cancellationToken) ? Accept(SandboxBehaviour.Slow, message) : CarrierResult.Failed(CarrierError.NoAnswer);

    private async ValueTask<CarrierResult> NoAnswerAsync(CancellationToken cancellationToken)
    {
        ScheduleReceipts(SandboxBehaviour.NoAnswer, _ids.Next());
        await WaitedAsync(_options.AnswerDeadline, cancellationToken);
        return CarrierResult.Failed(CarrierError.NoAnswer);
    }

    private async ValueTask<CarrierResult> EarlyReceiptAsync(CarrierMessage message, CancellationToken cancellationToken)
    {
        var id = _ids.Next();
        await receipts.RecordNowAsync(id, AttemptStatus.Delivered, "delivrd", cancellationToken);
        return CarrierResult.Accepted(id, Segments(message));
    }

    private async Task<bool> WaitedAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask<CarrierResult> CountLaterAsync(ValueTask<CarrierResult> answer, long started) => Count(await answer, started);

    private CarrierResult Count(CarrierResult result, long started)
    {
        metrics.Submitted(Id, result.Error, time.GetElapsedTime(started));
        return result;
    }

    private static int Segments(CarrierMessage message) => message.Channel == Channel.Sms ? Text.MessageSegments.Count(message.Text) : 1;

    private static ValueTask<CarrierResult> Fail(CarrierError error) => ValueTask.FromResult(CarrierResult.Failed(error));
}
