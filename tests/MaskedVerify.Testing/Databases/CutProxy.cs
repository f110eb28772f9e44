using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Testing;

/// <summary>Where a connection is cut.</summary>
public enum CutPoint
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>When the client has sent the word: the server never sees it.</summary>
    Before,

    /// <summary>When the server has answered the word: the client never sees the answer.</summary>
    After,
}

/// <summary>A TCP proxy on loopback that cuts a connection at a word of the client, once, and may let nobody in for a while.</summary>
public sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly byte[] _word;
    private volatile CutPoint _cut;
    private volatile bool _refuses;
    private int _cuts;

    public CutProxy(int target, string word = "COMMIT\0")
    {
        _target = target;
        _word = System.Text.Encoding.ASCII.GetBytes(word);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port of the proxy.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are closed at once.</summary>
    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    /// <summary>How many connections were cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Cuts the next connection that sends the word.</summary>
    /// <param name="point">Where.</param>
    /// <param name="thenRefuse">Whether nobody gets in afterwards.</param>
    public void CutNext(CutPoint point, bool thenRefuse = false)
    {
        ThenRefuse = thenRefuse;
        _cut = point;
    }

    private bool ThenRefuse { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                if (_refuses)
                {
                    client.Dispose();
                    continue;
                }

                _ = ServeAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy was stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        using var server = new TcpClient();
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            var link = new Link();
            await Task.WhenAny(UpAsync(client.GetStream(), server.GetStream(), link), DownAsync(server.GetStream(), client.GetStream(), link));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // One side went away.
        }
    }

    private async Task UpAsync(NetworkStream client, NetworkStream server, Link link)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await client.ReadAsync(buffer, _end.Token)) > 0)
        {
            if (_cut != CutPoint.None && buffer.AsSpan(0, read).IndexOf(_word) >= 0)
            {
                var point = _cut;
                _cut = CutPoint.None;
                _refuses |= ThenRefuse;
                if (point == CutPoint.Before)
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                link.CutsAnswer = true;
            }

            await server.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private async Task DownAsync(NetworkStream server, NetworkStream client, Link link)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await server.ReadAsync(buffer, _end.Token)) > 0)
        {
            if (link.CutsAnswer)
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            await client.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private sealed class Link
    {
        public volatile bool CutsAnswer;
    }
}
