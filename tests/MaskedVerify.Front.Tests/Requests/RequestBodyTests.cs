using System.Buffers;
using System.IO.Pipelines;
using MaskedVerify.Front.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MaskedVerify.Front.Tests.Requests;

/// <summary>A body after it was read: nothing of it may lie in memory that belongs to the server's pipes.</summary>
public sealed class RequestBodyTests
{
    private const string Body = """{"to":{"phoneNumber":"+4915123456789"}}""";

    [Fact]
    public async Task ReadAsync_WhenThePipeUsesItsMemoryAgain_KeepsTheDocument()
    {
        using var pool = new OverwritingPool();
        var pipe = new Pipe(new PipeOptions(pool));
        await pipe.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Body), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(pipe.Reader));

        var (document, problem) = await RequestBody.ReadAsync(context);
        await pipe.Reader.CompleteAsync();

        Assert.Null(problem);
        Assert.True(pool.Returned > 0);
        using (document)
            Assert.Equal(Body, document!.RootElement.GetRawText());
    }

    private sealed class BodyPipe(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    /// <summary>Writes over what is given back, as the next request would.</summary>
    private sealed class OverwritingPool : MemoryPool<byte>
    {
        public int Returned { get; private set; }

        public override int MaxBufferSize => 64 * 1024;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Block(this, new byte[Math.Max(minBufferSize, 4096)]);

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Block(OverwritingPool pool, byte[] bytes) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory => bytes;

            public void Dispose()
            {
                bytes.AsSpan().Fill((byte)'!');
                pool.Returned++;
            }
        }
    }
}
