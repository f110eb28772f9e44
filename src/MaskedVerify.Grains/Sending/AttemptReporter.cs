using System.Threading.Channels;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

/// <summary>Asks the aliases whether an attempt is still to be handed over, and brings results to them. The first try is made by the worker that has the result; further ones wait aside, so that they hold up no submit.</summary>
internal sealed partial class AttemptReporter(IGrainFactory grains, TimeProvider time, GrainsMetrics metrics, ILogger<AttemptReporter> logger)
    : IDisposable
{
    private const int Workers = 4;

    private readonly Channel<Pending> _again = System.Threading.Channels.Channel.CreateBounded<Pending>(10_000);
    private readonly CancellationTokenSource _abort = new();
    private Task _workers = Task.CompletedTask;

    internal void Start() => _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));

    /// <summary>Whether the alias still awaits this attempt; false also when it does not answer, for then nobody can tell.</summary>
    internal async Task<bool> IsAwaitedAsync(SendTicket ticket)
    {
        try
        {
            return await grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(ticket.Verification)).IsAwaited(ticket.Verification, ticket.Attempt);
        }
        catch (Exception error)
        {
            LogNotAsked(ticket.Verification, error.GetType().Name);
            return false;
        }
    }

    /// <summary>Reports; a failure is tried again later, a bounded number of times.</summary>
    internal async Task ReportAsync(VerificationId verification, AttemptReport report)
    {
        if (await TryReportAsync(verification, report) is { } error && !_again.Writer.TryWrite(new Pending(verification, report)))
            GiveUp(verification, error);
    }

    /// <summary>Finishes the tries that wait; when cancelled, gives them up.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        _again.Writer.TryComplete();
        using var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abort);
        await _workers;
    }

    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();

    private async Task WorkAsync()
    {
        await foreach (var pending in _again.Reader.ReadSharedAsync())
        {
            string? error = "stopped";
            foreach (var pause in SendRules.ReportPauses)
            {
                if (!await Patience.PauseAsync(pause, time, _abort.Token))
                    break;

                error = await TryReportAsync(pending.Verification, pending.Report);
                if (error is null)
                    break;
            }

            if (error is not null)
                GiveUp(pending.Verification, error);
        }
    }

    private async Task<string?> TryReportAsync(VerificationId verification, AttemptReport report)
    {
        try
        {
            await grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(verification)).RecordAttempt(report);
            return null;
        }
        catch (Exception error)
        {
            return error.GetType().Name;
        }
    }

    private void GiveUp(VerificationId verification, string error)
    {
        metrics.ReportLost();
        LogReportFailed(verification, error);
    }

    private readonly record struct Pending(VerificationId Verification, AttemptReport Report);
}
