using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Sessions;

internal sealed partial class SmppSession
{
    /// <summary>Sends one unit and waits for its answer.</summary>
    /// <param name="unit">A submit_sm; its sequence number is set here.</param>
    /// <param name="message">What a late answer is told with; null when the unit's id stands for no message.</param>
    /// <param name="deadline">Timestamp after which nobody waits.</param>
    /// <param name="cancellationToken">As of <see cref="ICarrierClient.SubmitAsync"/>.</param>
    public async Task<SubmitAnswer> SubmitAsync(MessagePdu unit, SubmittedMessage? message, long deadline, CancellationToken cancellationToken)
    {
        var slot = await _window.AcquireAsync(TimeLeft(deadline), cancellationToken);
        if (slot.Outcome != SlotOutcome.Granted)
        {
            return slot.Outcome == SlotOutcome.Paused ? new SubmitAnswer(CarrierError.Throttled, string.Empty, _window.Pause) : SubmitAnswer.NotSent;
        }

        _metrics.WindowUsed(_carrier, 1);
        if (_pending.Add(CommandId.SubmitSm, slot.Epoch, message) is not { } pending)
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
            return Outcome(pending, await pending.Answer.WaitAsync(TimeLeft(deadline), _time, cancellationToken));
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
            FreeSlot(pending, null);
        }

        return SubmitAnswer.NotSent;
    }

    // The slot stays taken until the answer comes late or is given up too. What is no longer registered was answered at the same moment.
    private async Task<SubmitAnswer> GiveUpAsync(PendingRequest pending)
    {
        if (!_pending.Abandon(pending, _time.GetTimestamp()))
        {
            return Outcome(pending, await pending.Answer);
        }

        _ = ForgetAsync(pending);
        return SubmitAnswer.NoAnswer;
    }

    // At its own time: keep-alives may be minutes apart. The end of the session frees what is left.
    private async Task ForgetAsync(PendingRequest pending)
    {
        await Task.Delay(s_abandonedKeepsSlot, _time, _over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        FreeSlot(pending, null);
        await Task.Delay(s_lateAnswerCounts - s_abandonedKeepsSlot, _time, _over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pending.Remove(pending);
    }

    private void FreeSlot(PendingRequest pending, CarrierError? answer)
    {
        if (pending.TryFreeSlot())
        {
            Release(pending.Epoch, answer);
        }
    }

    // What receipts will name, in canonical form; empty when nothing was accepted under an id.
    private string IdOf(Answer answer) => answer is { Kind: AnswerKind.Answered, Status: CommandStatus.Ok }
        ? MessageIds.OfAnswer(_options.MessageIdFormat, answer.MessageId)
        : string.Empty;

    // Nobody waits for the answer, but the receipts of the message will name the id in it.
    private void TakeLate(PendingRequest pending, Answer answer, TimeSpan after)
    {
        var id = IdOf(answer);
        var isKept = pending.Message is { } message && id.Length > 0
            && _receipts.Take(new LateAnswer(_carrier, message.Verification, message.Attempt, id, message.Segments, pending.MadeAt));
        if (!isKept)
        {
            _metrics.Ignored(_carrier, "late-answer");
        }

        LogLateAnswer(_options.Id, (long)after.TotalMilliseconds, isKept ? "its message id is kept" : "it is not used");
    }

    private SubmitAnswer Outcome(PendingRequest pending, Answer answer)
    {
        switch (answer.Kind)
        {
            case AnswerKind.NotSent:
                return SubmitAnswer.NotSent;
            case AnswerKind.Answered:
                var error = SmppErrors.Of(answer.Status, _options.BlockedStatuses);
                return new SubmitAnswer(error, IdOf(answer), error == CarrierError.Throttled ? _window.Pause : null) { SubmittedAt = pending.MadeAt };
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
