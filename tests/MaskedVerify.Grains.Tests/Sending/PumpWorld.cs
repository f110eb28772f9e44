using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Grains.Tests.Sending;

/// <summary>The send pump with carriers and alias grains of the test, without a cluster.</summary>
internal sealed class PumpWorld : IDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164Digits("4915112345678");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<GrainsMetrics>().BuildServiceProvider();
    private readonly RouteCatalog _routes;
    private ulong _next;

    internal PumpWorld(Action<GrainsOptions>? configure = null, params TestCarrier[] carriers)
    {
        var options = new GrainsOptions();
        configure?.Invoke(options);
        Carriers = carriers.Length > 0 ? carriers : [new TestCarrier("sandbox")];
        Grains.On<IPhoneAliasGrain>((_, method, arguments) => method switch
        {
            nameof(IPhoneAliasGrain.RecordAttempt) => OnReport((AttemptReport)arguments[0]!),
            nameof(IPhoneAliasGrain.IsAwaited) => OnAsked(),
            nameof(IPhoneAliasGrain.Resume) => OnResume((VerificationId)arguments[0]!),
            _ => OnReceipt((VerificationId)arguments[0]!, (string)arguments[3]!, (AttemptStatus)arguments[4]!),
        });
        Metrics = _services.GetRequiredService<GrainsMetrics>();
        Options = Microsoft.Extensions.Options.Options.Create(options);
        _routes = new RouteCatalog(Grains.Factory, Time, Options, NullLogger<RouteCatalog>.Instance);
        Reporter = new AttemptReporter(Grains.Factory, Time, Metrics, NullLogger<AttemptReporter>.Instance);
        Pump = new SendPump(new Clients(Carriers), Reporter, _routes, Options, Time, Metrics, NullLogger<SendPump>.Instance);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal GrainDoubles Grains { get; } = new();

    internal TestCarrier[] Carriers { get; }

    internal GrainsMetrics Metrics { get; }

    internal IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    internal IOptions<GrainsOptions> Options { get; }

    internal SendPump Pump { get; }

    internal AttemptReporter Reporter { get; }

    internal ConcurrentQueue<AttemptReport> Reports { get; } = new();

    private int _receiptCalls;

    internal ConcurrentQueue<VerificationId> Resumed { get; } = new();

    internal ConcurrentQueue<(VerificationId Id, string MessageId, AttemptStatus State)> Receipts { get; } = new();

    /// <summary>What an alias does with a call before it is recorded; throws to fail.</summary>
    internal Func<Task> BeforeCall { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether aliases still await what is to be sent.</summary>
    internal bool IsAwaited { get; set; } = true;

    /// <summary>What an alias does before it says so; throws to fail.</summary>
    internal Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>What an alias does with a receipt before it is recorded; throws to fail.</summary>
    internal Func<VerificationId, Task> BeforeReceipt { get; set; } = _ => Task.CompletedTask;

    /// <summary>Receipts that aliases were asked to take.</summary>
    internal int ReceiptCalls => Volatile.Read(ref _receiptCalls);

    internal SendTicket Ticket(string carrier = "sandbox")
    {
        var alias = AliasId.Create('1', ++_next, 7);
        return new SendTicket(
            alias,
            VerificationId.Create('1', alias, _next, 9),
            0,
            new PlannedRoute(RouteId.Parse(carrier + "-sms"), CarrierId.Parse(carrier), null),
            Channel.Sms,
            Number,
            "Your code is 123456.",
            Time.GetTimestamp());
    }

    /// <summary>Moves the clock until something holds.</summary>
    internal Task AdvanceUntilAsync(Func<bool> condition, string what, double milliseconds = 100) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
                return true;

            Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return false;
        },
        what);

    public void Dispose()
    {
        Pump.Dispose();
        Reporter.Dispose();
        _routes.Dispose();
        _services.Dispose();
    }

    private async Task<bool> OnAsked()
    {
        await BeforeAnswer();
        return IsAwaited;
    }

    private async Task OnReport(AttemptReport report)
    {
        await BeforeCall();
        Reports.Enqueue(report);
    }

    private async Task OnResume(VerificationId verification)
    {
        await BeforeCall();
        Resumed.Enqueue(verification);
    }

    private async Task OnReceipt(VerificationId verification, string messageId, AttemptStatus state)
    {
        Interlocked.Increment(ref _receiptCalls);
        await BeforeCall();
        await BeforeReceipt(verification);
        Receipts.Enqueue((verification, messageId, state));
    }

    private sealed class Clients(IReadOnlyList<ICarrierClient> all) : ICarrierClients
    {
        public IReadOnlyList<ICarrierClient> All => all;

        public ICarrierClient? Find(CarrierId id) => all.FirstOrDefault(c => c.Id == id);
    }
}
