using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>Runs the carrier sessions of this silo, each only while it holds the lease of one of the carrier's binds.</summary>
internal sealed partial class CarrierLinkHost(
    ICarrierClients carriers, IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, IOptions<GrainsOptions> options, ILogger<CarrierLinkHost> logger)
    : BackgroundService
{
    /// <summary>Pause between two renewals, or two tries to get a bind.</summary>
    internal static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    /// <summary>Pause after a renewal or a try without an answer: while no session runs, nothing can be sent.</summary>
    internal static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    /// <summary>Without a renewal for this long the session is stopped: 4 s before another silo may get the bind.</summary>
    internal static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(11);

    /// <summary>How long a session has for its end once its bind is lost.</summary>
    private static readonly TimeSpan LostPatience = TimeSpan.FromSeconds(3);

    private readonly string _holder = silo.SiloAddress.ToParsableString();

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(carriers.All.OfType<ICarrierSession>().Select(session => Task.Run(() => RunAsync(session, stoppingToken), CancellationToken.None)));

    private async Task RunAsync(ICarrierSession session, CancellationToken stopping)
    {
        while (await Patience.PauseAsync(await TryAsync(session, stopping), time, stopping))
        {
        }
    }

    /// <summary>Runs the session if a bind is free, until it is lost; the result is the pause before the next try.</summary>
    private async Task<TimeSpan> TryAsync(ICarrierSession session, CancellationToken stopping)
    {
        try
        {
            if (await AcquireAnyAsync(session.Id) is not { } held)
                return RenewEvery;

            // An answer that was long under way says little about now.
            if (time.GetElapsedTime(held.RenewedAt) < RenewEvery)
                await HoldAsync(session, held, stopping);
        }
        catch (Exception error)
        {
            LogFailed(session.Id, error.GetType().Name);
        }

        return RetryEvery;
    }

    /// <summary>The first of the carrier's binds that is free, or null.</summary>
    private async Task<Held?> AcquireAnyAsync(CarrierId carrier)
    {
        for (var index = 0; index < options.Value.BindsPerCarrier; index++)
        {
            var link = grains.GetGrain<ICarrierLinkGrain>(GrainKeys.CarrierLink(carrier, index));
            var askedAt = time.GetTimestamp();
            var lease = await link.Acquire(_holder);
            if (lease.Granted)
                return new Held(link, lease.Fence, askedAt);
        }

        return null;
    }

    private async Task HoldAsync(ICarrierSession session, Held held, CancellationToken stopping)
    {
        var lost = false;
        var pause = RenewEvery;
        await session.StartAsync(stopping);
        try
        {
            while (!lost && await Patience.PauseAsync(pause, time, stopping))
            {
                var before = held.RenewedAt;
                (held, lost) = await RenewAsync(session.Id, held);
                pause = held.RenewedAt == before ? RetryEvery : RenewEvery;
                lost |= time.GetElapsedTime(held.RenewedAt) >= GiveUpAfter - RetryEvery;
            }
        }
        finally
        {
            if (lost)
                LogLost(session.Id);

            await StopAsync(session, held, lost ? LostPatience : SendRules.CarrierDeadline + SendRules.Grace);
        }
    }

    /// <summary>Asks for the lease again. Lost only when the answer says so; without an answer the time since the last one decides.</summary>
    private async Task<(Held Held, bool Lost)> RenewAsync(CarrierId carrier, Held held)
    {
        var askedAt = time.GetTimestamp();
        var patience = GiveUpAfter - time.GetElapsedTime(held.RenewedAt);
        try
        {
            var lease = await held.Link.Acquire(_holder).WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
            return lease.Granted && lease.Fence == held.Fence ? (held with { RenewedAt = askedAt }, false) : (held, true);
        }
        catch (Exception error)
        {
            LogFailed(carrier, error.GetType().Name);
            return (held, false);
        }
    }

    private async Task StopAsync(ICarrierSession session, Held held, TimeSpan patience)
    {
        try
        {
            using var timeout = new CancellationTokenSource(patience, time);
            await session.StopAsync(timeout.Token);
            await held.Link.Release(_holder, held.Fence);
        }
        catch (Exception error)
        {
            LogSessionFailed(session.Id, error.GetType().Name);
        }
    }

    /// <summary>A lease, and when its last renewal was asked for.</summary>
    private sealed record Held(ICarrierLinkGrain Link, long Fence, long RenewedAt);
}
