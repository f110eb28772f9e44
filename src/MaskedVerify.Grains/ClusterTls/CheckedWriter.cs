using System.Buffers;
using System.IO.Pipelines;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Sends a limited peer what it may be told and leaves out the rest; who asked for that gets no answer, as from a silo that is away.</summary>
internal sealed class CheckedWriter(PipeWriter inner, LimitedPeer peer) : PipeWriter
{
    private readonly MessageFrames _frames = new();
    private readonly ArrayBufferWriter<byte> _pending = new();

    // Of a frame that was judged, what has not been written yet.
    private long _rest;
    private bool _isSent;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _pending.WrittenCount;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _pending.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _pending.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _pending.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        HandOn();
        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        HandOn();
        inner.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        HandOn();
        return inner.CompleteAsync(exception);
    }

    private void HandOn()
    {
        var bytes = _pending.WrittenMemory;
        while (true)
        {
            var now = (int)Math.Min(_rest, bytes.Length);
            if (_isSent && now > 0)
                inner.Write(bytes.Span[..now]);
            _rest -= now;
            bytes = bytes[now..];
            if (bytes.IsEmpty || !_frames.TryRead(new ReadOnlySequence<byte>(bytes), out _rest, out var head))
                break;
            _isSent = head is not { } message || peer.MayTell(message);
        }

        var left = bytes.ToArray();
        _pending.ResetWrittenCount();
        _pending.Write(left);
    }
}
