using System.IO.Pipelines;
using System.Threading.Channels;
using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>The one writer of a session. What waits goes out together in one write.</summary>
internal sealed class SmppOutbox(PipeWriter writer, int capacity)
{
    /// <summary>A write is made after so many bytes at the latest.</summary>
    private const int FlushAt = 16 * 1024;

    private readonly Channel<Outgoing> _queue = System.Threading.Channels.Channel.CreateBounded<Outgoing>(
        new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Queues without waiting; false when the queue is full or closed.</summary>
    public bool TryPost(Pdu pdu, PendingRequest? pending = null) => _queue.Writer.TryWrite(new Outgoing(pdu, pending));

    /// <summary>Queues, waiting for room. Throws <see cref="ChannelClosedException"/> when the session is over.</summary>
    public ValueTask PostAsync(Pdu pdu, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(new Outgoing(pdu, null), cancellationToken);

    /// <summary>Nothing is taken any more; what is queued still goes out.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Writes until <see cref="Complete"/> or an error.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var encoder = new PduEncoder();
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            while (writer.UnflushedBytes < FlushAt && _queue.Reader.TryRead(out var outgoing))
            {
                if (outgoing.Pending?.TryMarkWritten() ?? true)
                {
                    encoder.Encode(outgoing.Pdu, writer);
                }
            }

            var flushed = await writer.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }

    private readonly record struct Outgoing(Pdu Pdu, PendingRequest? Pending);
}
