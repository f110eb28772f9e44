using System.IO.Pipelines;
using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Grains.ClusterTls;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class CheckedPipeTests
{
    [Property(MaxTest = 60)]
    public async Task Writer_WhateverTheChunks_SendsWhatMayBeToldByteForByte(bool[] allowed, byte[] sizes, PositiveInt chunk)
    {
        var refusals = new List<bool>();
        var pipe = new Pipe();
        var writer = new CheckedWriter(pipe.Writer, Peer(refusals));
        var all = new List<byte>(WireMessages.Greeting());
        var expected = new List<byte>(all);
        foreach (var (isAllowed, i) in allowed.Select((a, i) => (a, i)))
        {
            var frame = WireMessages.Frame(PeerMessageRulesTests.Head(MessageKind.Request, "sys.client", isAllowed ? "sys.svc.manifest" : "phone-alias", i % 2 == 0 ? "mv.x" : ""), SizeOf(sizes, i), i % 3 != 0);
            all.AddRange(frame);
            if (isAllowed)
                expected.AddRange(frame);
        }

        foreach (var part in all.Chunk(chunk.Get % 200 + 1))
            await writer.WriteAsync(part);
        await writer.CompleteAsync();

        Assert.Equal(expected, await ReadAllAsync(pipe.Reader));
        Assert.Equal(allowed.Count(a => !a), refusals.Count(r => !r));
    }

    [Property(MaxTest = 60)]
    public async Task Reader_WhateverTheChunks_HandsOnWhatWasHeard(PositiveInt count, byte[] sizes, PositiveInt chunk, PositiveInt appetite)
    {
        var refusals = new List<bool>();
        var pipe = new Pipe();
        var reader = new CheckedReader(pipe.Reader, Peer(refusals));
        var all = new List<byte>(WireMessages.Greeting());
        for (var i = 0; i < count.Get % 20; i++)
            all.AddRange(WireMessages.Frame(PeerMessageRulesTests.Head(MessageKind.Request, "sys.client", i % 2 == 0 ? "phone-alias" : "sys.svc.manifest"), SizeOf(sizes, i)));

        var reading = ReadAllAsync(reader, appetite.Get % 300 + 1);
        foreach (var part in all.Chunk(chunk.Get % 200 + 1))
            await pipe.Writer.WriteAsync(part);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(all, await reading);
        Assert.Empty(refusals);
    }

    [Property(MaxTest = 60)]
    public async Task Reader_WhenAMessageIsForged_HandsOnWhatCameBeforeAndNoByteOfIt(byte before, PositiveInt chunk, bool answer)
    {
        var refusals = new List<bool>();
        var pipe = new Pipe();
        var reader = new CheckedReader(pipe.Reader, Peer(refusals));
        var good = new List<byte>(WireMessages.Greeting());
        for (var i = 0; i < before % 5; i++)
            good.AddRange(WireMessages.Frame(PeerMessageRulesTests.Head(MessageKind.Request, "sys.client", "tenant"), 20));
        var forged = WireMessages.Frame(
            answer ? PeerMessageRulesTests.Head(MessageKind.Response, "phone-alias", "sys.client") : PeerMessageRulesTests.Head(MessageKind.Request, "phone-alias", "tenant"), 20);

        var heard = new List<byte>();
        var reading = Assert.ThrowsAsync<InvalidDataException>(async () => heard.AddRange(await ReadAllAsync(reader, int.MaxValue, heard)));
        foreach (var part in good.Concat(forged).Chunk(chunk.Get % 200 + 1))
            await pipe.Writer.WriteAsync(part);
        await pipe.Writer.CompleteAsync();
        await reading;

        // What came together with the forged message is not handed on either; nothing of that was answered.
        Assert.Equal(good.Take(heard.Count), heard);
        Assert.Single(refusals, r => r);
    }

    [Property(MaxTest = 60)]
    public async Task Reader_WhenBytesAreNoMessages_EndsWithoutAnotherException(byte[] garbage)
    {
        var refusals = new List<bool>();
        var pipe = new Pipe();
        var reader = new CheckedReader(pipe.Reader, Peer(refusals));
        await pipe.Writer.WriteAsync(WireMessages.Greeting(4));
        await pipe.Writer.WriteAsync(garbage);
        await pipe.Writer.CompleteAsync();

        try
        {
            Assert.True((await ReadAllAsync(reader)).Length <= garbage.Length + 8);
        }
        catch (InvalidDataException)
        {
            Assert.True(garbage.Length >= 4);
        }

        Assert.DoesNotContain(false, refusals);
    }

    [Fact]
    public async Task Reader_WhenAHeaderIsNotWholeYet_WaitsWithoutTurningInCircles()
    {
        var pipe = new Pipe();
        var counted = new CountingReader(pipe.Reader);
        var reader = new CheckedReader(counted, Peer([]));
        var frame = WireMessages.Frame(PeerMessageRulesTests.Head(MessageKind.Request, "sys.client", "tenant"), 20);
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 0, 0 });
        await pipe.Writer.WriteAsync(frame.AsMemory(0, 20));

        var first = await reader.ReadAsync();
        Assert.Equal(4, first.Buffer.Length);
        reader.AdvanceTo(first.Buffer.End);
        var waiting = reader.ReadAsync().AsTask();
        await Task.Delay(100);

        Assert.False(waiting.IsCompleted);
        Assert.InRange(counted.Reads, 1, 3);
        await pipe.Writer.WriteAsync(frame.AsMemory(20));
        Assert.Equal(frame.Length, (await waiting).Buffer.Length);
    }

    private static LimitedPeer Peer(List<bool> refusals) => new(SiloRoles.Front, new AskedPeers(TimeProvider.System), null, (inbound, _) => refusals.Add(inbound));

    private static int SizeOf(byte[] sizes, int i) => sizes.Length == 0 ? 0 : sizes[i % sizes.Length] * 3;

    // Takes at most so many bytes at once and looks at all of them, as a reader of messages does.
    private static async Task<byte[]> ReadAllAsync(PipeReader reader, int appetite = int.MaxValue, List<byte>? heard = null)
    {
        heard ??= [];
        while (true)
        {
            var read = await reader.ReadAsync();
            var part = read.Buffer.Slice(0, Math.Min(appetite, read.Buffer.Length));
            foreach (var segment in part)
                heard.AddRange(segment.Span);
            if (read.IsCompleted && part.Length == read.Buffer.Length)
                return [.. heard];
            reader.AdvanceTo(part.End);
        }
    }

    private sealed class CountingReader(PipeReader inner) : PipeReader
    {
        public int Reads { get; private set; }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            Reads++;
            return inner.ReadAsync(cancellationToken);
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
