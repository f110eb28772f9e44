using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>Takes spans as a collector does: OTLP over gRPC, on loopback.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Span> _spans = [];
    private readonly List<string> _texts = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Everything received so far.</summary>
    public IReadOnlyList<Span> Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>All texts of all messages: names, attributes, resources.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_spans)
            {
                return [.. _texts];
            }
        }
    }

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_spans)
        {
            Read(body.ToArray());
        }

        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    // A frame is a byte for compression, a length, and ExportTraceServiceRequest { resource_spans = 1 { scope_spans = 2 { spans = 2 } } }.
    private void Read(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0, frame[0]);
        var message = frame.Slice(5, BinaryPrimitives.ReadInt32BigEndian(frame[1..]));
        CollectTexts(message);
        foreach (var span in Fields(message.ToArray()).Where(f => f.Number == 1).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 2).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 2))
        {
            var parts = Fields(span.Bytes).ToLookup(f => f.Number, f => f.Bytes);
            _spans.Add(new Span(
                Convert.ToHexStringLower(parts[1].Single()), Convert.ToHexStringLower(parts[2].Single()), Convert.ToHexStringLower(parts[4].FirstOrDefault() ?? []), Encoding.UTF8.GetString(parts[5].Single())));
        }
    }

    private void CollectTexts(ReadOnlySpan<byte> message) => _texts.Add(Encoding.Latin1.GetString(message));

    private static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        List<(int, byte[])> fields = [];
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0: Varint(message, ref at); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                default:
                    var length = (int)Varint(message, ref at);
                    fields.Add(((int)(tag >> 3), message[at..(at + length)]));
                    at += length;
                    break;
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    /// <summary>One span; ids in hex, the parent empty at a root.</summary>
    internal sealed record Span(string Trace, string Id, string Parent, string Name);
}
