namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Fronts behind what a load balancer does: each call goes to the next one whose readiness said yes when it was last asked, ten times a second.</summary>
internal sealed class BalancedFronts(RoleSilos silos) : IAsyncDisposable
{
    // Long enough for the balancer to see it several times.
    private const string DrainSeconds = "2";
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(100);

    private readonly List<One> _fronts = [];
    private readonly CancellationTokenSource _over = new();
    private int _turn;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<ServerProcess> All => [.. Fronts.Where(f => f.Server.ExitCode is null).Select(f => f.Server)];

    /// <summary>What all of them have printed.</summary>
    public string Output => string.Concat(Fronts.Select(f => f.Server.Output));

    private One[] Fronts
    {
        get
        {
            lock (_fronts)
                return [.. _fronts];
        }
    }

    /// <summary>Starts one more and returns when it is called.</summary>
    public async Task AddAsync()
    {
        var server = await silos.StartFrontAsync("--drain-delay", DrainSeconds);
        var front = new One(server, new Api(server, silos.SandboxKey), new Api(server, "x", server.Internal));
        lock (_fronts)
            _fronts.Add(front);
        front.Looking = Task.Run(() => LookAsync(front));
        await Testing.Eventually.TrueAsync(() => front.IsReady, "the front is ready");
    }

    /// <summary>One call of the next front that is ready.</summary>
    public Task<T> CallAsync<T>(Func<Api, Task<T>> call)
    {
        var ready = Fronts.Where(f => f.IsReady).ToArray();
        Assert.NotEmpty(ready);
        return call(ready[(Interlocked.Increment(ref _turn) & int.MaxValue) % ready.Length].Api);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var front in Fronts)
        {
            await front.Looking;
            front.Api.Dispose();
            front.Health.Dispose();
        }

        _over.Dispose();
    }

    private async Task LookAsync(One front)
    {
        while (!_over.IsCancellationRequested)
        {
            front.IsReady = await IsReadyAsync(front.Health);
            await Task.Delay(s_lookEvery, CancellationToken.None);
        }
    }

    private static async Task<bool> IsReadyAsync(Api health)
    {
        try
        {
            return await health.StatusOfAsync("/health/ready") == 200;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private sealed class One(ServerProcess server, Api api, Api health)
    {
        private volatile bool _isReady;

        public ServerProcess Server => server;

        public Api Api => api;

        public Api Health => health;

        public bool IsReady
        {
            get => _isReady;
            set => _isReady = value;
        }

        public Task Looking { get; set; } = Task.CompletedTask;
    }
}
