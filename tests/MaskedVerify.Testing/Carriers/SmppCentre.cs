using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace MaskedVerify.Testing.Carriers;

/// <summary>
/// A scripted SMS centre on loopback: SMPP 3.4 over TCP or TLS, whatever a centre can do to a client, by script. It uses the product's codec; that the codec
/// itself is right is shown by centres and decoders that are not ours.
/// </summary>
public sealed class SmppCentre : IAsyncDisposable
{
    private readonly SmppCentreOptions _options;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<CentreConnection, Task> _connections = new();
    private readonly ConcurrentQueue<CentreMessage> _messages = new();
    private readonly ConcurrentQueue<uint> _receiptAnswers = new();
    private readonly Task _accepting;
    private long _numbers;
    private readonly ConcurrentQueue<(uint Command, uint Status, uint Sequence)> _plainUnits = new();
    private int _bindTries;
    private int _binds;
    private int _unbinds;
    private int _enquiries;

    private SmppCentre(SmppCentreOptions options)
    {
        _options = options;
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it does with each submit. Default: accept, and report delivery when asked to.</summary>
    public Func<CentreMessage, CentreReply> Reply { get; set; } = message => message.ReceiptWanted ? CentreReply.Deliver : CentreReply.Accept;

    /// <summary>Every submit, in order of arrival.</summary>
    public IReadOnlyList<CentreMessage> Messages => [.. _messages];

    /// <summary>command_status of every deliver_sm_resp, in order of arrival.</summary>
    public IReadOnlyList<uint> ReceiptAnswers => [.. _receiptAnswers];

    /// <summary>How many they are.</summary>
    public int ReceiptsAnswered => _receiptAnswers.Count;

    /// <summary>Binds that succeeded.</summary>
    public int Binds => Volatile.Read(ref _binds);

    /// <summary>Binds that were tried.</summary>
    public int BindTries => Volatile.Read(ref _bindTries);

    /// <summary>Units without a body that clients sent, but for keep-alives and goodbyes of their own: command, status, sequence.</summary>
    public IReadOnlyList<(uint Command, uint Status, uint Sequence)> PlainUnits => [.. _plainUnits];

    /// <summary>Goodbyes of clients.</summary>
    public int Unbinds => Volatile.Read(ref _unbinds);

    /// <summary>Keep-alives of clients.</summary>
    public int Enquiries => Volatile.Read(ref _enquiries);

    /// <summary>Connections that are open.</summary>
    public int Connections => _connections.Count;

    internal SmppCentreOptions Options => _options;

    /// <summary>Starts listening.</summary>
    public static SmppCentre Start(SmppCentreOptions? options = null) => new(options ?? new SmppCentreOptions());

    /// <summary>The texts of all submits with their parts put together, in order of their first part.</summary>
    public IReadOnlyList<string> Texts() =>
        [.. Messages.GroupBy(message => message.Reference is { } reference ? $"r{reference}" : $"n{message.Number}", StringComparer.Ordinal)
            .Select(parts => string.Concat(parts.OrderBy(part => part.Part).Select(part => part.Text)))];

    /// <summary>Sends a receipt for the submit of that number over every open connection that is bound.</summary>
    public void SendReceipt(long number, CentreReceipt receipt)
    {
        foreach (var connection in _connections.Keys)
        {
            connection.SendReceipt(number, receipt);
        }
    }

    /// <summary>Sends bytes as they are over every open connection.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        foreach (var connection in _connections.Keys)
        {
            await connection.SendRawAsync(bytes);
        }
    }

    /// <summary>Says goodbye over every open connection.</summary>
    public void Unbind()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Unbind();
        }
    }

    /// <summary>Closes every open connection without a word.</summary>
    public void DropAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Drop();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        DropAll();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _listener.Dispose();
        _stopping.Dispose();
    }

    internal void CountBindTry() => Interlocked.Increment(ref _bindTries);

    internal void KeepPlain(uint command, uint status, uint sequence) => _plainUnits.Enqueue((command, status, sequence));

    internal void CountBind() => Interlocked.Increment(ref _binds);

    internal void CountUnbind() => Interlocked.Increment(ref _unbinds);

    internal void CountEnquiry() => Interlocked.Increment(ref _enquiries);

    internal void Keep(uint receiptAnswer) => _receiptAnswers.Enqueue(receiptAnswer);

    internal long NextNumber() => Interlocked.Increment(ref _numbers);

    internal void Keep(CentreMessage message)
    {
        if (_options.KeepsMessages)
        {
            _messages.Enqueue(message);
        }
    }

    internal byte[] ReceiptText(long number, string state) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"id:{_options.ReceiptId(number)} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:{state} err:000 text:stat:REJECTD id:999"));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                client.NoDelay = true;
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The stop.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            try
            {
                stream = await SecureAsync(stream);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException)
            {
                return;
            }

            var connection = new CentreConnection(this, stream);
            var done = new TaskCompletionSource();
            _connections[connection] = done.Task;
            await connection.RunAsync();
            _connections.TryRemove(connection, out _);
            done.SetResult();
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (_options.Certificate is not { } certificate)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stopping.Token);
        return secure;
    }
}
