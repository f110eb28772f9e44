using System.Security.Authentication;
using System.Security.Cryptography;
using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Carriers.Smpp.Receipts;
using MaskedVerify.Carriers.Smpp.Sessions;

namespace MaskedVerify.Carriers.Smpp;

internal sealed partial class SmppCarrier
{
    private readonly SemaphoreSlim _lifecycle = new(1);
    private CancellationTokenSource? _running;
    private Task _connecting = Task.CompletedTask;
    private volatile string _status = "not started";

    public string StatusText => _session is { } session
        ? $"bound to {_options.Host}:{_options.Port}{(SmppConnector.IsExposed(_options) ? " without TLS" : "")}{(session.IsReady ? "" : ", throttled")}"
        : _status;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (_running is null)
            {
                _running = new CancellationTokenSource();
                _status = $"connecting to {_options.Host}:{_options.Port}";
                _underWay.Open();
                if (SmppConnector.IsExposed(_options))
                {
                    LogExposed(_options.Id, _options.Host, _options.Port);
                }

                var token = _running.Token;
                _connecting = Task.Run(() => KeepBoundAsync(token), CancellationToken.None);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(CancellationToken.None);
        try
        {
            if (_running is not { } running)
            {
                return;
            }

            await _underWay.Close().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_session is { } session)
            {
                await session.UnbindAsync(cancellationToken);
            }

            await running.CancelAsync();
            await _connecting;
            running.Dispose();
            (_running, _status) = (null, "stopped");
            LogStopped(_options.Id);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Ends what <see cref="StopAsync"/> has not ended, without a word to the centre.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _running, null)?.Cancel();
        _session?.End(SessionEnd.Stopped);
    }

    private async Task KeepBoundAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var (reason, boundFor) = await TrySessionAsync(cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            failures = boundFor >= ReconnectRules.Healthy ? 1 : failures + 1;
            var pause = ReconnectRules.Pause(failures, _options, RandomNumberGenerator.GetInt32(1_000_001) / 1e6);
            _status = $"reconnecting in {Math.Ceiling(pause.TotalSeconds)} s: {reason}";
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One connection from its first packet to its end. Whatever goes wrong is a reason to try again, never the end of the loop.
    private async Task<(string Reason, TimeSpan BoundFor)> TrySessionAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            using var deadline = new CancellationTokenSource(_options.ConnectDeadline, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            var stream = await SmppConnector.ConnectAsync(_options, either.Token);
            await using var session = new SmppSession(
                stream, _options, _answers, new ReceiptInbox(_options, _answers, _services, _metrics, _time, _logger), _metrics, _time, _logger);
            var left = _options.ConnectDeadline - _time.GetElapsedTime(started);
            var status = await session.BindAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            return status == CommandStatus.Ok ? await HoldAsync(session) : (Refused(status), TimeSpan.Zero);
        }
        catch (OperationCanceledException)
        {
            return (Unreachable("no connection in time"), TimeSpan.Zero);
        }
        catch (AuthenticationException exception)
        {
            return (Unreachable($"TLS failed: {exception.Message}"), TimeSpan.Zero);
        }
        catch (IOException exception)
        {
            return (Unreachable(exception.Message), TimeSpan.Zero);
        }
        catch (Exception exception)
        {
            LogLoopFailed(exception, _options.Id);
            return ("an unexpected error, see the log", TimeSpan.Zero);
        }
    }

    private async Task<(string Reason, TimeSpan BoundFor)> HoldAsync(SmppSession session)
    {
        var bound = _time.GetTimestamp();
        _session = session;
        _metrics.Connected(Id, "bound");
        _metrics.Bound(Id, 1);
        LogBound(_options.Id, _options.Host, _options.Port, _options.Window);
        var end = await session.Ended;
        _session = null;
        _metrics.Bound(Id, -1);
        if (end != SessionEnd.Stopped)
        {
            LogEnded(_options.Id, end.Describe());
        }

        return (end.Describe(), _time.GetElapsedTime(bound));
    }

    private string Refused(CommandStatus? status)
    {
        if (status is not { } answered)
        {
            return Unreachable("no answer to the bind");
        }

        _metrics.Connected(Id, "refused");
        var reason = SmppErrors.DescribeBind(answered);
        if (SmppErrors.IsCredentialProblem(answered))
        {
            LogCredentials(_options.Id, _options.Host, _options.Port, reason);
        }
        else
        {
            LogRefused(_options.Id, _options.Host, _options.Port, reason);
        }

        return reason;
    }

    private string Unreachable(string reason)
    {
        _metrics.Connected(Id, "unreachable");
        LogUnreachable(_options.Id, _options.Host, _options.Port, reason);
        return reason;
    }
}
