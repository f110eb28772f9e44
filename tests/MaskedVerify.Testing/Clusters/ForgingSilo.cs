using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using MaskedVerify.Grains;
using MaskedVerify.Grains.ClusterTls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace MaskedVerify.Testing;

/// <summary>Makes of a silo in the test's process one that lies: what somebody can do who has the machine of a front, its certificate and its program.</summary>
public sealed class ForgingSilo
{
    private readonly ConcurrentBag<string> _heard = [];

    /// <summary>The silo whose own code it speaks as; null: its own.</summary>
    public SiloAddress? SpeaksAs { get; set; }

    /// <summary>Who it is.</summary>
    public SiloAddress? Self { get; set; }

    /// <summary>Whether these bytes came over any of its connections.</summary>
    public bool Heard(ReadOnlySpan<byte> secret)
    {
        var text = Encoding.Latin1.GetString(secret);
        return _heard.Any(h => h.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>It listens to all that it is told, may speak as another, and does not mind what its certificate is for.</summary>
    public void Change(IServiceCollection services, SiloRoles certificate)
    {
        services.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloOutboundConnection(builder => builder.Use(next => connection => RunAsync(connection, next)));
            connections.ConfigureSiloInboundConnection(builder => builder.Use(next => connection => RunAsync(connection, next)));
        });
        services.PostConfigure<ClusterTlsOptions>(tls => tls.Roles = certificate);

        // Told that it is dead, it goes on.
        services.AddSingleton<IFatalErrorHandler>(new Stubborn());
    }

    /// <summary>It also says that it hosts every grain.</summary>
    public static void ClaimEverything(IServiceCollection services) =>
        services.PostConfigure<GrainTypeOptions>(o => o.Classes.UnionWith(typeof(GrainsServices).Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IGrainBase).IsAssignableFrom(t))));

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var before = connection.Transport;
        connection.Transport = new Both(new Listener(before.Input, _heard), new Forger(before.Output, this));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = before;
        }
    }

    private sealed class Both(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class Stubborn : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => false;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
            // Not even then.
        }
    }

    /// <summary>Writes another silo's name for its own, with the hash that belongs to it.</summary>
    private sealed class Forger(PipeWriter inner, ForgingSilo silo) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _pending = new();

        public override void Advance(int bytes) => _pending.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _pending.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _pending.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var bytes = _pending.WrittenSpan.ToArray();
            _pending.ResetWrittenCount();
            if (silo is { SpeaksAs: { } other, Self: { } self })
                Replace(bytes, Written(self), Written(other));
            inner.Write(bytes);
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private static void Replace(Span<byte> bytes, byte[] own, byte[] other)
        {
            if (own.Length != other.Length)
                throw new InvalidOperationException("This forger changes no lengths.");

            for (var at = bytes.IndexOf(own); at >= 0; at = bytes.IndexOf(own))
                other.CopyTo(bytes[at..]);
        }

        private static byte[] Written(SiloAddress silo)
        {
            var key = IdSpan.Create("hosted-" + silo.ToParsableString());
            return [.. BitConverter.GetBytes(key.GetHashCode()), .. key.AsSpan()];
        }
    }

    private sealed class Listener(PipeReader inner, ConcurrentBag<string> heard) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(cancellationToken);
            heard.Add(Encoding.Latin1.GetString(read.Buffer.ToArray()));
            return read;
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
