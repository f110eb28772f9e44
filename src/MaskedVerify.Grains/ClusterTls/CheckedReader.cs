using System.Buffers;
using System.IO.Pipelines;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Hands on what a limited peer sends, message by message and none that was not judged. The first one that may not be heard ends the connection.</summary>
internal sealed class CheckedReader(PipeReader inner, LimitedPeer peer) : PipeReader
{
    private readonly MessageFrames _frames = new();
    private ReadOnlySequence<byte> _all;
    private ReadOnlySequence<byte> _shown;

    // Bytes from the start of the buffer that belong to messages that were judged; it may reach beyond what has arrived.
    private long _judged;

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await inner.ReadAsync(cancellationToken);
            if (TryShow(read, out var shown))
                return shown;
            inner.AdvanceTo(_all.Start, _all.End);
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (!inner.TryRead(out var read))
            return false;
        if (TryShow(read, out result))
            return true;
        inner.AdvanceTo(_all.Start, _all.End);
        return false;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _judged -= _all.Slice(_all.Start, consumed).Length;

        // Who has seen all that is shown waits for more, not for what is there and not shown.
        inner.AdvanceTo(consumed, _shown.Slice(examined).IsEmpty ? _all.End : examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private bool TryShow(ReadResult read, out ReadResult shown)
    {
        _all = read.Buffer;
        while (_judged < _all.Length && _frames.TryRead(_all.Slice(_judged), out var length, out var head))
        {
            if (head is { } message && !peer.MayHear(message))
                throw new InvalidDataException("The peer sent what its certificate does not allow.");
            _judged += length;
        }

        _shown = _all.Slice(0, Math.Min(_judged, _all.Length));
        shown = new ReadResult(_shown, read.IsCanceled, read.IsCompleted);
        return !_shown.IsEmpty || read.IsCanceled || read.IsCompleted;
    }
}
