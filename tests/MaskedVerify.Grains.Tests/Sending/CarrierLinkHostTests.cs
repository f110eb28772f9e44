using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MaskedVerify.Grains.Tests.Sending;

/// <summary>Sessions of two silos and the leases that they run under.</summary>
public sealed class CarrierLinkHostTests
{
    [Fact]
    public async Task Execute_WhenThereIsOneBind_OneSiloRunsItUntilItDies()
    {
        await using var silos = await StartAsync(binds: 1);
        await AdvanceUntilAsync(silos, () => Running(silos).Length == 1, "one session runs");
        var first = Running(silos)[0];
        for (var step = 0; step < 60; step++)
            await StepAsync(silos);
        Assert.Equal([first], Running(silos));

        await silos.KillAsync(silos.Cluster.Silos.IndexOf(silos.Cluster.Silos.Single(s => s.SiloAddress.ToParsableString() == first)));

        await AdvanceUntilAsync(silos, () => Running(silos).Any(r => r != first), "the other silo took over");
    }

    [Fact]
    public async Task Execute_WhenThereIsABindForEach_BothRun()
    {
        await using var silos = await StartAsync(binds: 2);

        await AdvanceUntilAsync(silos, () => Running(silos).Length == 2, "both sessions run");
    }

    [Fact]
    public async Task Execute_WhenTheLeaseCannotBeRenewed_StopsTheSessionInTime()
    {
        await using var silos = await StartAsync(binds: 1);
        await AdvanceUntilAsync(silos, () => Running(silos).Length == 1, "one session runs");

        silos.Control.BeforeWrite = name => name == StateNames.CarrierLink ? throw new StorageUnavailableException("away") : Task.CompletedTask;
        var failing = silos.Time.GetUtcNow();
        while (Running(silos).Length > 0 && silos.Time.GetUtcNow() - failing < TimeSpan.FromMinutes(1))
            await StepAsync(silos);
        Assert.InRange(silos.Time.GetUtcNow() - failing, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15));
        silos.Control.BeforeWrite = null;

        await AdvanceUntilAsync(silos, () => Running(silos).Length == 1, "a session runs again");
    }

    [Fact]
    public async Task Execute_WhenARenewalFailsOnceAfterSomeSeconds_KeepsTheSession()
    {
        await using var silos = await StartAsync(binds: 1);
        await AdvanceUntilAsync(silos, () => Running(silos).Length == 1, "one session runs");
        var failed = 0;
        var isAway = false;
        silos.Control.BeforeWrite = async name =>
        {
            if (name != StateNames.CarrierLink || Interlocked.Increment(ref failed) > 1)
                return;

            Volatile.Write(ref isAway, true);
            await Task.Delay(TimeSpan.FromSeconds(2.5), silos.Time);
            Volatile.Write(ref isAway, false);
            throw new StorageUnavailableException("away for a moment");
        };

        for (var step = 0; step < 60; step++)
            await StepAsync(silos, () => Volatile.Read(ref isAway));

        Assert.True(failed > 2, "The lease was renewed again after the failure.");
        Assert.Equal(0, silos.Cluster.Silos.Sum(s => s.ServiceProvider.GetRequiredService<FakeSession>().Stops));
    }

    private static Task<SiloFixture> StartAsync(int binds) => SiloFixture.StartAsync(o =>
    {
        o.Silos = 2;
        o.Grains = g => g.BindsPerCarrier = binds;
        o.Silo = silo =>
        {
            silo.Services.AddSingleton<FakeSession>();
            silo.Services.AddSingleton<LeaseCalls>();
            silo.Services.AddSingleton<IOutgoingGrainCallFilter>(s => s.GetRequiredService<LeaseCalls>());
            silo.Services.Replace(ServiceDescriptor.Singleton<ICarrierClients>(s => new OneCarrier(s.GetRequiredService<FakeSession>())));
        };
    });

    // A call must not take seconds of this clock, only because the machine is busy: it stands while one is under way, unless that one waits for the clock, and
    // goes slowly when one is due.
    private static async Task StepAsync(SiloFixture silos, Func<bool>? waitsForTheClock = null)
    {
        if (All(silos).Any(c => c.IsDue))
            await Task.Delay(100);

        await Eventually.TrueAsync(() => waitsForTheClock?.Invoke() == true || !All(silos).Any(c => c.IsUnderWay), "the calls for the lease are over");
        await silos.AdvanceAsync(TimeSpan.FromSeconds(0.5));
    }

    private static IEnumerable<LeaseCalls> All(SiloFixture silos) => silos.Cluster.Silos.Where(s => s.IsActive).Select(s => s.ServiceProvider.GetRequiredService<LeaseCalls>());

    private static string[] Running(SiloFixture silos) =>
        [.. silos.Cluster.Silos.Where(s => s.IsActive && s.ServiceProvider.GetRequiredService<FakeSession>().IsReady).Select(s => s.SiloAddress.ToParsableString())];

    private static Task AdvanceUntilAsync(SiloFixture silos, Func<bool> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (condition())
                return true;

            await silos.AdvanceAsync(TimeSpan.FromSeconds(1));
            return false;
        },
        what);

    /// <summary>The calls of a silo for a lease: whether one is under way, or due.</summary>
    private sealed class LeaseCalls(TimeProvider time) : IOutgoingGrainCallFilter
    {
        private long _dueTicks;
        private int _underWay;

        public bool IsUnderWay => Volatile.Read(ref _underWay) > 0;

        public bool IsDue => time.GetUtcNow().Ticks >= Volatile.Read(ref _dueTicks);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.MethodName != nameof(ICarrierLinkGrain.Acquire))
            {
                await context.Invoke();
                return;
            }

            var pause = CarrierLinkHost.RetryEvery;
            Interlocked.Increment(ref _underWay);
            try
            {
                await context.Invoke();
                pause = CarrierLinkHost.RenewEvery;
            }
            finally
            {
                Volatile.Write(ref _dueTicks, (time.GetUtcNow() + pause).Ticks);
                Interlocked.Decrement(ref _underWay);
            }
        }
    }

    private sealed class FakeSession : ICarrierSession
    {
        public CarrierId Id { get; } = CarrierId.Parse("smpp");

        public IReadOnlySet<Channel> Channels { get; } = new HashSet<Channel> { Channel.Sms };

        public bool IsReady { get; private set; }

        public int Stops { get; private set; }

        public string StatusText => IsReady ? "bound" : "not bound";

        public ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken) => ValueTask.FromResult(CarrierResult.Failed(CarrierError.NotSent));

        public Task StartAsync(CancellationToken cancellationToken)
        {
            IsReady = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsReady = false;
            Stops++;
            return Task.CompletedTask;
        }
    }

    private sealed class OneCarrier(ICarrierClient carrier) : ICarrierClients
    {
        public IReadOnlyList<ICarrierClient> All { get; } = [carrier];

        public ICarrierClient? Find(CarrierId id) => id == carrier.Id ? carrier : null;
    }
}
