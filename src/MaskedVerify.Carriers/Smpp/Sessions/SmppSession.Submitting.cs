using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Sessions;

internal sealed partial class SmppSession
{
    /// <summary>Sends one unit and waits for its answer.</summary>
    /// <param name="unit">A submit_sm; its sequence number is set here.</param>
    /// <param name="deadline">Timestamp after which nobody waits.</param>
    /// <param name="cancellationToken">As of <see cref="ICarrierClient.SubmitAsync"/>.</param>
    public async Task<SubmitAnswer> SubmitAsync(MessagePdu unit, long deadline, CancellationToken cancellationToken)
    {
        var slot = await _window.AcquireAsync(TimeLeft(deadline), cancellationToken);
        if (slot.Outcome != SlotOutcome.Granted)
        {
            return slot.Outcome == SlotOutcome.Paused ? new SubmitAnswer(CarrierError.Throttled, string.Empty, _window.Pause) : SubmitAnswer.NotSent;
        }

        _metrics.WindowUsed(_carrier, 1);
        if (_pending.Add(CommandId.SubmitSm, slot.Epoch) is not { } pending)
        {
            Release(slot.Epoch, null);
            return SubmitAnswer.NotSent;
        }

        if (!_outbox.TryPost(unit with { Sequence = pending.Sequence }, pending))
        {
            return Withdraw(pending);
        }

        try
        {
            return Outcome(await pending.Answer.WaitAsync(TimeLeft(deadline), _time, cancellationToken));
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return pending.TryWithdraw() ? Withdraw(pending) : await GiveUpAsync(pending);
        }
    }

    private SubmitAnswer Withdraw(PendingRequest pending)
    {
        if (_pending.Remove(pending))
        {
            Release(pending.Epoch, null);
        }

        return SubmitAnswer.NotSent;
    }

    // The slot stays taken until the answer comes late or is given up too. What is no longer registered was answered at the same moment.
    private async Task<SubmitAnswer> GiveUpAsync(PendingRequest pending)
    {
        if (!_pending.Abandon(pending, _time.GetTimestamp()))
        {
            return Outcome(await pending.Answer);
        }

        _ = FreeSlotAsync(pending);
        return SubmitAnswer.NoAnswer;
    }

    // At its own time: keep-alives may be minutes apart. The end of the session frees what is left.
    private async Task FreeSlotAsync(PendingRequest pending)
    {
        await Task.Delay(s_abandonedKeepsSlot, _time, _over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_pending.Remove(pending))
        {
            Release(pending.Epoch, null);
        }
    }

    private SubmitAnswer Outcome(Answer answer)
    {
        switch (answer.Kind)
        {
            case AnswerKind.NotSent:
                return SubmitAnswer.NotSent;
            case AnswerKind.Answered:
                var error = SmppErrors.Of(answer.Status, _options.BlockedStatuses);
                return new SubmitAnswer(error, answer.MessageId, error == CarrierError.Throttled ? _window.Pause : null);
            case AnswerKind.Garbled:
                return new SubmitAnswer(CarrierError.Garbled, string.Empty, null);
            default:
                return SubmitAnswer.NoAnswer;
        }
    }

    private void Release(int epoch, CarrierError? answer)
    {
        _metrics.WindowUsed(_carrier, -1);
        if (_window.Release(epoch, answer) is { } pause)
        {
            LogThrottled(_options.Id, (long)pause.TotalMilliseconds);
        }
    }

    private TimeSpan TimeLeft(long deadline)
    {
        var left = TimeSpan.FromSeconds((double)(deadline - _time.GetTimestamp()) / _time.TimestampFrequency);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
