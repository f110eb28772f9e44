using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Smpp.Sessions;
using MaskedVerify.Carriers.Text;

namespace MaskedVerify.Testing.Carriers;

/// <summary>One client of a <see cref="SmppCentre"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Cancelled by Drop, which may come at any time; it holds no timer and no handle.")]
internal sealed class CentreConnection(SmppCentre centre, Stream stream)
{
    private const int OutboxCapacity = 200_000;

    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    private readonly SmppOutbox _outbox = new(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)), OutboxCapacity);
    private readonly CancellationTokenSource _ending = new();
    private int _sequence;
    private volatile bool _bound;

    public async Task RunAsync()
    {
        var writing = Task.Run(() => _outbox.RunAsync(_ending.Token));
        try
        {
            await ReadAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client has gone, or the script dropped it.
        }

        _outbox.Complete();
        await writing.WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);
        Drop();
    }

    public void SendReceipt(long number, CentreReceipt receipt)
    {
        if (!_bound)
        {
            return;
        }

        Tlv[] tlvs = receipt.Form == ReceiptForm.Text ? [] :
        [
            new Tlv(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes(centre.Options.ReceiptId(number) + "\0")),
            new Tlv(TlvTag.MessageState, new[] { State(receipt.State) }),
        ];
        _outbox.TryPost(new MessagePdu(CommandId.DeliverSm, NextSequence())
        {
            Source = new SmppAddress(1, 1, "12025550100"),
            Destination = new SmppAddress(1, 1, "12025550199"),
            EsmClass = 0x04,
            ShortMessage = receipt.Form == ReceiptForm.Parameters ? default : centre.ReceiptText(number, receipt.State),
            Tlvs = tlvs,
        });
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    public void Unbind() => _outbox.TryPost(new PlainPdu(CommandId.Unbind, CommandStatus.Ok, NextSequence()));

    public void Drop()
    {
        _ending.Cancel();
        stream.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var read = await _reader.ReadAsync(_ending.Token);
            var buffer = read.Buffer;
            while (PduFramer.TryRead(ref buffer, out var frame) == FrameStatus.Complete)
            {
                Handle(PduDecoder.Decode(frame).Pdu ?? throw new IOException("The client sent a malformed unit."));
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private void Handle(Pdu pdu)
    {
        switch (pdu)
        {
            case BindPdu bind:
                OnBind(bind);
                break;
            case MessagePdu { Command: CommandId.SubmitSm } submit:
                OnSubmit(submit);
                break;
            case MessageRespPdu response:
                centre.Keep((uint)response.Status);
                break;
            case PlainPdu { Command: CommandId.EnquireLink }:
                centre.CountEnquiry();
                if (centre.Options.AnswersEnquireLink)
                {
                    Plain(CommandId.EnquireLinkResp, pdu.Sequence);
                }

                break;
            case PlainPdu { Command: CommandId.Unbind }:
                centre.CountUnbind();
                Plain(CommandId.UnbindResp, pdu.Sequence);
                break;
            default:
                centre.KeepPlain((uint)pdu.Command, (uint)pdu.Status, pdu.Sequence);
                break;
        }
    }

    private void OnBind(BindPdu bind)
    {
        centre.CountBindTry();
        if (!centre.Options.AnswersBind)
        {
            return;
        }

        var status = centre.Options.SystemId is { } expected && bind.SystemId != expected ? CommandStatus.InvalidSystemId
            : centre.Options.SystemId is not null && bind.Password != centre.Options.Password ? CommandStatus.InvalidPassword
            : CommandStatus.Ok;
        _bound = status == CommandStatus.Ok;
        if (_bound)
        {
            centre.CountBind();
        }

        if (centre.Options.RawBindAnswer is { } raw)
        {
            _ = SendRawAsync(raw(bind.Sequence));
            return;
        }

        _outbox.TryPost(new BindRespPdu(bind.Command.Answer(), status, bind.Sequence) { SystemId = "centre" });
    }

    private void OnSubmit(MessagePdu submit)
    {
        var message = Read(centre.NextNumber(), submit);
        centre.Keep(message);
        var reply = centre.Reply(message);
        if (reply.Delay > TimeSpan.Zero || !reply.Until.IsCompleted)
        {
            _ = AnswerLaterAsync(submit, message, reply);
        }
        else
        {
            Answer(submit, message, reply);
        }
    }

    private async Task AnswerLaterAsync(MessagePdu submit, CentreMessage message, CentreReply reply)
    {
        await reply.Until;
        await Task.Delay(reply.Delay);
        Answer(submit, message, reply);
    }

    private void Answer(MessagePdu submit, CentreMessage message, CentreReply reply)
    {
        reply.BeforeAnswer?.Invoke();
        foreach (var receipt in reply.Before)
        {
            SendReceipt(message.Number, receipt);
        }

        if (reply.Drop || reply.Raw is not null)
        {
            _ = SpoilAsync(reply);
        }
        else if (!reply.Silent)
        {
            var id = reply.Status == 0 ? centre.Options.AnswerId(message.Number) : string.Empty;
            _outbox.TryPost(new MessageRespPdu(CommandId.SubmitSmResp, (CommandStatus)reply.Status, submit.Sequence + (uint)reply.SequenceShift, id));
        }

        foreach (var receipt in reply.After)
        {
            SendReceipt(message.Number, receipt);
        }
    }

    private async Task SpoilAsync(CentreReply reply)
    {
        await SendRawAsync(reply.Raw ?? default);
        if (reply.Drop)
        {
            Drop();
        }
    }

    private static CentreMessage Read(long number, MessagePdu submit)
    {
        var content = submit.Content.Span;
        int? reference = null;
        var (part, parts) = (1, 1);
        if ((submit.EsmClass & 0x40) != 0)
        {
            var header = content[..(content[0] + 1)];
            content = content[header.Length..];
            reference = header[1] == 0x08 ? BinaryPrimitives.ReadUInt16BigEndian(header[3..]) : header[3];
            (parts, part) = (header[^2], header[^1]);
        }

        var text = MessageSegments.Decode(content, submit.DataCoding == 8 ? TextAlphabet.Ucs2 : TextAlphabet.Gsm7);
        return new CentreMessage(
            number, submit.Source.Value, submit.Destination.Value, text, submit.DataCoding, (submit.RegisteredDelivery & 3) == 1, reference, part, parts);
    }

    private void Plain(CommandId command, uint sequence) => _outbox.TryPost(new PlainPdu(command, CommandStatus.Ok, sequence));

    private uint NextSequence() => (uint)Interlocked.Increment(ref _sequence);

    private static byte State(string state) => state switch
    {
        "ENROUTE" => 1,
        "DELIVRD" => 2,
        "EXPIRED" => 3,
        "DELETED" => 4,
        "UNDELIV" => 5,
        "ACCEPTD" => 6,
        "REJECTD" => 8,
        _ => 7,
    };
}
