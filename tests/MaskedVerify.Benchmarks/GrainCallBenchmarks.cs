using BenchmarkDotNet.Attributes;
using MaskedVerify.Grains;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Benchmarks;

/// <summary>Calls of grains in the Orleans test host with the real composition.</summary>
public class GrainCallBenchmarks
{
    private readonly NumberRange _numbers = new(1);
    private HostTarget _host = null!;
    private ILoadConnection _connection = null!;
    private ICarrierRouterGrain _router = null!;

    /// <summary>Whether the call is made inside the silo, as by its HTTP front, or by a cluster client.</summary>
    [Params(true, false)]
    public bool Inside { get; set; }

    /// <summary>Starts a silo.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        _host = await HostTarget.StartAsync(1, Inside, new ServerSettings(), CancellationToken.None);
        _connection = await _host.ConnectAsync(new LoadShape { Connections = 1, Duration = TimeSpan.Zero, Warmup = TimeSpan.Zero });
        _router = _host.Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>A round trip to a grain that looks at its memory only.</summary>
    [Benchmark]
    public Task<RouteTable> ReadRoutes() => _router.GetTable();

    /// <summary>One start on a new number and its check, one after the other: durable each time.</summary>
    [Benchmark]
    public async Task StartAndCheckNewNumber()
    {
        var started = await _connection.StartAsync(new Destination(_numbers.Next(), false));
        await _connection.CheckAsync(started, await _connection.ReadCodeAsync(started));
    }
}
