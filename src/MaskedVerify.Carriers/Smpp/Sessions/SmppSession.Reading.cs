using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Sessions;

internal sealed partial class SmppSession
{
    /// <summary>A peer may make so many mistakes that leave the stream readable (unknown commands, answers nobody asked for) before the session is ended.</summary>
    private const int MaxFaults = 1_000;

    private int _faults;
    private bool _hasToldFault;

    private async Task ReadAsync()
    {
        await GuardAsync(ReadUnitsAsync());
        End(_unboundByCentre ? SessionEnd.UnboundByCentre : SessionEnd.ConnectionLost);
    }

    private async Task ReadUnitsAsync()
    {
        while (true)
        {
            var read = await _reader.ReadAsync(_ending.Token);
            var buffer = read.Buffer;
            FrameStatus status;
            while ((status = PduFramer.TryRead(ref buffer, out var frame)) == FrameStatus.Complete)
            {
                await HandleAsync(PduDecoder.Decode(frame));
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (status == FrameStatus.Invalid)
            {
                Fault("invalid-length");
                End(SessionEnd.ProtocolFault);
            }

            if (read.IsCompleted || _isEnding == 1)
            {
                return;
            }
        }
    }

    private ValueTask HandleAsync(DecodedPdu decoded) => decoded.Command switch
    {
        CommandId.GenericNack => OnNackAsync(decoded),
        _ when decoded.Command.IsAnswer() => OnAnswerAsync(decoded),
        CommandId.DeliverSm or CommandId.DataSm => OnDeliveryAsync(decoded),
        CommandId.EnquireLink => _outbox.PostAsync(new PlainPdu(CommandId.EnquireLinkResp, CommandStatus.Ok, decoded.Sequence), _ending.Token),
        CommandId.Unbind => OnUnbindAsync(decoded),
        CommandId.AlertNotification => ValueTask.CompletedTask,
        _ => OnUnknownAsync(decoded),
    };

    private ValueTask OnAnswerAsync(DecodedPdu decoded)
    {
        if (_pending.Take(decoded.Sequence, decoded.Command.Request()) is not { } pending)
        {
            Fault("unasked-answer");
            return ValueTask.CompletedTask;
        }

        if (decoded.Pdu is null)
        {
            Fault("malformed-answer");
        }

        if (decoded.HasRest)
        {
            Odd("trailing-octets");
        }

        Complete(pending, AnswerOf(decoded));
        return ValueTask.CompletedTask;
    }

    // The status stands in the header and is believed whatever the body is, but for an accepted submit, whose id is in the body.
    private static Answer AnswerOf(DecodedPdu decoded) => decoded switch
    {
        { Pdu: { } pdu } => Answer.Of(pdu),
        { Command: CommandId.SubmitSmResp, Status: CommandStatus.Ok } => Answer.Garbled,
        _ => new Answer(AnswerKind.Answered, decoded.Status, string.Empty),
    };

    private ValueTask OnNackAsync(DecodedPdu decoded)
    {
        if (_pending.Take(decoded.Sequence, command: null) is { } pending)
        {
            Complete(pending, decoded.Pdu is { } pdu ? Answer.Of(pdu) : Answer.Garbled);
            return ValueTask.CompletedTask;
        }

        // The centre could not even read a header of ours, or lost count: both ends no longer agree on where units begin.
        Fault("unasked-nack");
        if (decoded.Pdu is { Status: CommandStatus.InvalidCommandLength })
        {
            End(SessionEnd.ProtocolFault);
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask OnDeliveryAsync(DecodedPdu decoded)
    {
        if (decoded.Pdu is not MessagePdu delivery)
        {
            return RefuseDeliveryAsync(decoded, CommandStatus.ReceiverPermanentError, "malformed-delivery");
        }

        if (!_bound)
        {
            return RefuseDeliveryAsync(decoded, CommandStatus.IncorrectBindStatus, "delivery-before-bind");
        }

        if (decoded.HasRest)
        {
            Odd("trailing-octets");
        }

        return _receipts.Take(delivery) is { } status ? AnswerDeliveryAsync(decoded, status) : ValueTask.CompletedTask;
    }

    private ValueTask RefuseDeliveryAsync(DecodedPdu decoded, CommandStatus status, string kind)
    {
        Fault(kind);
        return AnswerDeliveryAsync(decoded, status);
    }

    private ValueTask AnswerDeliveryAsync(DecodedPdu decoded, CommandStatus status) =>
        _outbox.PostAsync(new MessageRespPdu(decoded.Command.Answer(), status, decoded.Sequence, string.Empty), _ending.Token);

    // The writer ends the session when the answer is out.
    private async ValueTask OnUnbindAsync(DecodedPdu decoded)
    {
        _unboundByCentre = true;
        _window.Close();
        await _outbox.PostAsync(new PlainPdu(CommandId.UnbindResp, CommandStatus.Ok, decoded.Sequence), _ending.Token);
        _outbox.Complete();
    }

    private ValueTask OnUnknownAsync(DecodedPdu decoded)
    {
        Fault("unknown-command");
        return _outbox.PostAsync(new PlainPdu(CommandId.GenericNack, CommandStatus.InvalidCommandId, decoded.Sequence), _ending.Token);
    }

    private void Complete(PendingRequest pending, Answer answer)
    {
        if (pending.Command == CommandId.SubmitSm)
        {
            FreeSlot(pending, answer.Kind == AnswerKind.Answered ? SmppErrors.Of(answer.Status, _options.BlockedStatuses) : null);
            if (pending.Message is not null && IdOf(answer) is { Length: > 0 } id)
            {
                // In the reader: the receipt may be the next unit.
                _answers.Add(id, pending.MadeAt);
            }

            if (pending.AbandonedAt is { } since)
            {
                TakeLate(pending, answer, _time.GetElapsedTime(since));
            }
        }

        if (pending.Command == CommandId.BindTransceiver && answer is { Kind: AnswerKind.Answered, Status: CommandStatus.Ok })
        {
            // Here, in the reader: receipts may follow in the same segment, before whoever waits for the answer has run.
            _bound = true;
        }

        pending.Complete(answer);
        if (answer is { Kind: AnswerKind.Answered, Status: CommandStatus.IncorrectBindStatus })
        {
            // The centre has lost our bind: only a new session helps.
            End(SessionEnd.NotBound);
        }
    }

    private void Fault(string kind)
    {
        Odd(kind);
        if (++_faults == MaxFaults)
        {
            End(SessionEnd.ProtocolFault);
        }
    }

    // What a centre may do with every unit and still be understood: counted, and the first of a session told.
    private void Odd(string kind)
    {
        _metrics.Ignored(_carrier, kind);
        if (!_hasToldFault)
        {
            _hasToldFault = true;
            LogFault(_options.Id, kind);
        }
    }
}
