using System.Threading.Channels;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Carriers.Smpp.Receipts;

/// <summary>
/// Takes in what the centre delivers, and answers that came late. A receipt is answered only when the sink has stored it; when the sink could not, the centre is asked to send it
/// again. A fixed number is stored at one time and a fixed number waits: a flood is turned away, not piled up.
/// </summary>
internal sealed partial class ReceiptInbox
{
    /// <summary>
    /// Receipts that may wait for a worker, less than 10 MB whatever the centre sends: only what was read of them waits, at most three ids of 64 characters and a
    /// short word each. Centres with a window of their own keep a few dozen without an answer; simple ones send whatever they have.
    /// </summary>
    public const int MaxWaiting = 10_000;

    private readonly Channel<Waiting> _waiting = System.Threading.Channels.Channel.CreateBounded<Waiting>(MaxWaiting);
    private readonly SmppOptions _options;
    private readonly CarrierId _carrier;
    private readonly RecentAnswers _answers;
    private readonly IServiceProvider _services;
    private readonly CarrierMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="options">Of the carrier.</param>
    /// <param name="answers">Of the carrier.</param>
    /// <param name="services">The sink is looked up late: it is made of parts that need carriers themselves.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    public ReceiptInbox(SmppOptions options, RecentAnswers answers, IServiceProvider services, CarrierMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_options, _answers, _services, _metrics, _time, _logger) = (options, answers, services, metrics, time, logger);
        _carrier = CarrierId.Parse(options.Id);
    }

    /// <summary>Takes a delivery. The status to answer with at once, or null when a worker answers it.</summary>
    public CommandStatus? Take(MessagePdu delivery)
    {
        if (!ReceiptReader.IsReceipt(delivery))
        {
            // Inbound messages have no reader yet: taken, so that the centre does not send them for ever, and counted.
            _metrics.Ignored(_carrier, "inbound-message");
            LogInbound(_options.Id);
            return CommandStatus.Ok;
        }

        if (ReceiptReader.Read(delivery, _options.MessageIdFormat) is not { } read)
        {
            _metrics.Ignored(_carrier, "receipt-without-id");
            LogNoId(_options.Id);
            return CommandStatus.Ok;
        }

        // What is known to be an id of ours goes first: only of the first one it is told when it was given.
        List<string> ids = [.. read.MessageIds.OrderByDescending(id => _answers.Find(id) ?? DateTimeOffset.MinValue)];
        var receipt = new DeliveryReceipt(_carrier, ids[0], read.State, read.Reason, _time.GetUtcNow()) { SubmittedAt = _answers.Find(ids[0]), OtherIds = [.. ids[1..]] };
        if (_waiting.Writer.TryWrite(new Waiting(delivery.Command, delivery.Sequence, receipt, null)))
        {
            return null;
        }

        _metrics.Ignored(_carrier, "too-many-deliveries");
        return CommandStatus.ReceiverTemporaryError;
    }

    /// <summary>Takes a late answer; false when too much waits.</summary>
    public bool Take(LateAnswer answer) => _waiting.Writer.TryWrite(new Waiting(default, 0, null, answer));

    /// <summary>Nothing is taken any more.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Stores receipts until <see cref="Complete"/> or the token.</summary>
    /// <param name="answer">Hands the answer to the writer.</param>
    /// <param name="cancellationToken">The end of the session.</param>
    public Task RunAsync(Func<Pdu, CancellationToken, ValueTask> answer, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, _options.ReceiptConcurrency).Select(_ => WorkAsync(answer, cancellationToken)));

    private async Task WorkAsync(Func<Pdu, CancellationToken, ValueTask> answer, CancellationToken cancellationToken)
    {
        await foreach (var waiting in _waiting.Reader.ReadSharedAsync(cancellationToken))
        {
            if (waiting.Late is { } late)
            {
                await StoreAsync(late);
            }
            else if (waiting.Receipt is { } receipt)
            {
                var status = await StoreAsync(receipt, cancellationToken);
                await answer(new MessageRespPdu(waiting.Command.Answer(), status, waiting.Sequence, string.Empty), cancellationToken);
            }
        }
    }

    // Nobody sends it again: the end of the session does not end it.
    private async Task StoreAsync(LateAnswer answer)
    {
        using var deadline = new CancellationTokenSource(_options.ReceiptDeadline, _time);
        try
        {
            await _services.GetRequiredService<IReceiptSink>().RecordLateAsync(answer, deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception exception)
        {
            _metrics.Ignored(_carrier, "late-answer");
            LogLateNotStored(exception, _options.Id);
        }
    }

    // The end of the session ends the wait too: nobody could be answered any more, and the centre sends the receipt again.
    private async Task<CommandStatus> StoreAsync(DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.ReceiptDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _services.GetRequiredService<IReceiptSink>().RecordAsync(receipt, either.Token).WaitAsync(either.Token);
            _metrics.ReceiptRecorded(_carrier, receipt.State);
            return CommandStatus.Ok;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _metrics.Ignored(_carrier, "receipt-not-stored");
            LogNotStored(exception, _options.Id);
            return CommandStatus.ReceiverTemporaryError;
        }
    }

    /// <summary>A receipt that was read, or a late answer, and is not stored yet.</summary>
    private readonly record struct Waiting(CommandId Command, uint Sequence, DeliveryReceipt? Receipt, LateAnswer? Late);
}
