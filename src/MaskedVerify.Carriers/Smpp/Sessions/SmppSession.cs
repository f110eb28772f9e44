using System.IO.Pipelines;
using System.Threading.Channels;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Smpp.Receipts;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>
/// One connection to the centre, from bind to end: a writer, a reader (<c>SmppSession.Reading.cs</c>), a keep-alive, workers for receipts. Whatever happens,
/// every submit (<c>SmppSession.Submitting.cs</c>) ends: answered, not sent, or without an answer.
/// </summary>
internal sealed partial class SmppSession : IAsyncDisposable
{
    /// <summary>Room of the writer beside submits and answers to receipts: keep-alives and answers to what the centre asks.</summary>
    private const int SpareOutbox = 64;

    /// <summary>An unanswered submit keeps its slot for so long after it was given up, so that a centre that is behind is not piled up on.</summary>
    private static readonly TimeSpan s_abandonedKeepsSlot = TimeSpan.FromSeconds(30);

    /// <summary>How long after it was given up a submit's answer is still of use: as long as the longest life of a code.</summary>
    private static readonly TimeSpan s_lateAnswerCounts = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_unbindDeadline = TimeSpan.FromSeconds(5);

    private readonly SmppOptions _options;
    private readonly CarrierId _carrier;
    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly SmppOutbox _outbox;
    private readonly PendingRequests _pending;
    private readonly RecentAnswers _answers;
    private readonly SubmitWindow _window;
    private readonly ReceiptInbox _receipts;
    private readonly CarrierMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending = new();

    // Outlives its source: a slot may be given up while the session is disposed of.
    private readonly CancellationToken _over;
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loops = Task.CompletedTask;
    private volatile bool _bound;
    private volatile bool _unboundByCentre;
    private int _isEnding;

    public SmppSession(
        Stream stream, SmppOptions options, RecentAnswers answers, ReceiptInbox receipts, CarrierMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_answers, _pending) = (answers, new PendingRequests(time));
        (_stream, _options, _receipts, _metrics, _time, _logger) = (stream, options, receipts, metrics, time, logger);
        _carrier = CarrierId.Parse(options.Id);
        _over = _ending.Token;
        _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        _writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _outbox = new SmppOutbox(_writer, options.Window + ReceiptInbox.MaxWaiting + options.ReceiptConcurrency + SpareOutbox);
        _window = new SubmitWindow(options.Window, time);
    }

    /// <summary>Completes when the session is over, whatever the reason.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>Bound, not ending, and not in a pause that the centre asked for.</summary>
    public bool IsReady => _bound && _isEnding == 0 && _window.Pause == TimeSpan.Zero;

    /// <summary>Not over.</summary>
    public bool IsAlive => _isEnding == 0;

    /// <summary>Starts the loops and binds. <see cref="CommandStatus.Ok"/> when bound; null when no answer came.</summary>
    public async Task<CommandStatus?> BindAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        _loops = Task.WhenAll(
            Task.Run(ReadAsync, CancellationToken.None),
            Task.Run(WriteAsync, CancellationToken.None),
            Task.Run(() => GuardAsync(_receipts.RunAsync(_outbox.PostAsync, _ending.Token)), CancellationToken.None));
        var answer = await AskAsync(CommandId.BindTransceiver, Bind, deadline, cancellationToken);
        if (answer is not { Kind: AnswerKind.Answered, Status: CommandStatus.Ok })
        {
            End(SessionEnd.NotBound);
            return answer.Kind == AnswerKind.Answered ? answer.Status : null;
        }

        _loops = Task.WhenAll(_loops, Task.Run(KeepAliveAsync, CancellationToken.None));
        return CommandStatus.Ok;
    }

    /// <summary>Says goodbye after the submits under way; the caller has stopped giving new ones.</summary>
    public async Task UnbindAsync(CancellationToken cancellationToken)
    {
        if (_bound && _isEnding == 0)
        {
            await AskAsync(CommandId.Unbind, sequence => new PlainPdu(CommandId.Unbind, CommandStatus.Ok, sequence), s_unbindDeadline, cancellationToken);
        }

        End(SessionEnd.Stopped);
    }

    /// <summary>Ends the session now. The first reason counts.</summary>
    public void End(SessionEnd end)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 1)
        {
            return;
        }

        _window.Close();
        foreach (var pending in _pending.Close())
        {
            pending.Complete(pending.TryWithdraw() ? Answer.NotSent : end == SessionEnd.ProtocolFault ? Answer.Garbled : Answer.None);
            FreeSlot(pending, null);
        }

        _outbox.Complete();
        _receipts.Complete();
        _ending.Cancel();

        // Last: who waits for it may dispose of the session.
        _ended.TrySetResult(end);
    }

    public async ValueTask DisposeAsync()
    {
        End(SessionEnd.Stopped);
        await _stream.DisposeAsync();
        await _loops;
        await _reader.CompleteAsync();

        // With a reason, so that it does not try to write what is left to the closed stream.
        await _writer.CompleteAsync(new OperationCanceledException());
        _window.Dispose();
        _ending.Dispose();
    }

    private BindPdu Bind(uint sequence) => new(CommandId.BindTransceiver, sequence)
    {
        SystemId = _options.SystemId,
        Password = _options.Password,
        SystemType = _options.SystemType,
        AddressTon = (byte)_options.AddressTon,
        AddressNpi = (byte)_options.AddressNpi,
        AddressRange = _options.AddressRange,
    };

    // One request beside the submits: bind, keep-alive, unbind. A full outbox counts as no answer.
    private async Task<Answer> AskAsync(CommandId command, Func<uint, Pdu> make, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (_pending.Add(command) is not { } pending)
        {
            return Answer.NotSent;
        }

        try
        {
            return _outbox.TryPost(make(pending.Sequence), pending) ? await pending.Answer.WaitAsync(deadline, _time, cancellationToken) : Answer.None;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return Answer.None;
        }
        finally
        {
            _pending.Remove(pending);
        }
    }

    private async Task WriteAsync()
    {
        await GuardAsync(_outbox.RunAsync(_ending.Token));
        End(_unboundByCentre ? SessionEnd.UnboundByCentre : SessionEnd.ConnectionLost);
    }

    private async Task KeepAliveAsync()
    {
        while (_isEnding == 0)
        {
            await Task.Delay(_options.EnquireInterval, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var answer = await AskAsync(
                CommandId.EnquireLink, sequence => new PlainPdu(CommandId.EnquireLink, CommandStatus.Ok, sequence), _options.EnquireDeadline, _ending.Token);
            if (answer.Kind != AnswerKind.Answered)
            {
                End(SessionEnd.Dead);
            }
        }
    }

    // The loops end with the session: what they throw then (a closed socket, a cancelled wait) is the end itself.
    private async Task GuardAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            // Told by Ended.
        }
        catch (Exception exception)
        {
            LogLoopFailed(exception, _options.Id);
            End(SessionEnd.ConnectionLost);
        }
    }
}
