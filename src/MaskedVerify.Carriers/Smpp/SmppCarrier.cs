using System.Security.Cryptography;
using MaskedVerify.Carriers.Smpp.Sessions;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>An SMS centre behind SMPP 3.4. Keeps one session bound (<c>SmppCarrier.Connecting.cs</c>) and submits over it.</summary>
internal sealed partial class SmppCarrier : ICarrierSession, IDisposable
{
    private readonly SmppOptions _options;
    private readonly SubmitComposer _composer;
    private readonly IServiceProvider _services;
    private readonly CarrierMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SmppCarrier> _logger;
    private readonly UnderWay _underWay = new();
    private readonly RecentAnswers _answers = new();
    private volatile SmppSession? _session;

    public SmppCarrier(IOptions<SmppOptions> options, IServiceProvider services, CarrierMetrics metrics, TimeProvider time, ILogger<SmppCarrier> logger)
    {
        (_options, _services, _metrics, _time, _logger) = (options.Value, services, metrics, time, logger);
        _composer = new SubmitComposer(_options, RandomNumberGenerator.GetInt32(ushort.MaxValue));
        Id = CarrierId.Parse(_options.Id);
    }

    public CarrierId Id { get; }

    public IReadOnlySet<Channel> Channels { get; } = new HashSet<Channel> { Channel.Sms };

    public bool IsReady => _session is { IsReady: true };

    public async ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken)
    {
        if (!_underWay.TryEnter())
        {
            return Count(CarrierResult.Failed(CarrierError.NotSent), _time.GetTimestamp());
        }

        try
        {
            var started = _time.GetTimestamp();
            return Count(await SubmitWithinAsync(message, started, cancellationToken), started);
        }
        finally
        {
            _underWay.Leave();
        }
    }

    private async Task<CarrierResult> SubmitWithinAsync(CarrierMessage message, long started, CancellationToken cancellationToken)
    {
        if (message.Channel != Channel.Sms || message.To.IsNone)
        {
            return CarrierResult.Failed(CarrierError.Refused);
        }

        if (_composer.Compose(message) is not { } composed)
        {
            return CarrierResult.Failed(CarrierError.Misconfigured);
        }

        if (_session is not { } session || cancellationToken.IsCancellationRequested)
        {
            return CarrierResult.Failed(CarrierError.NotSent);
        }

        var deadline = started + (long)(_options.Deadline.TotalSeconds * _time.TimestampFrequency);
        return await SubmitAllAsync(session, composed, new SubmittedMessage(message.Verification, message.Attempt, composed.Segments), deadline, cancellationToken);
    }

    private async Task<CarrierResult> SubmitAllAsync(
        SmppSession session, ComposedSubmit composed, SubmittedMessage message, long deadline, CancellationToken cancellationToken)
    {
        SubmitAnswer answer = default;
        for (var i = 0; i < composed.Units.Count; i++)
        {
            // Only the last unit asks for a receipt.
            var named = i == composed.Units.Count - 1 ? message : null;
            answer = await session.SubmitAsync(composed.Units[i], named, deadline, cancellationToken);
            while (i > 0 && answer.Error == CarrierError.Throttled && _time.GetTimestamp() < deadline && session.IsAlive)
            {
                // The parts before are with the carrier already: the window lets this one through when the pause is over.
                answer = await session.SubmitAsync(composed.Units[i], named, deadline, cancellationToken);
            }

            if (answer.Error != CarrierError.None)
            {
                return Failed(answer, partsBefore: i, composed.Segments);
            }
        }

        // A centre that gives no id gets one of ours, which no receipt will name.
        var id = answer.MessageId.Length > 0 ? answer.MessageId : $"none-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        return CarrierResult.Accepted(id, composed.Segments) with { SubmittedAt = answer.SubmittedAt };
    }

    // When a part was taken before, nobody can tell what arrives: that must not count as safe to send again.
    private static CarrierResult Failed(SubmitAnswer answer, int partsBefore, int segments)
    {
        var error = partsBefore > 0 && answer.Error is (CarrierError.NotSent or CarrierError.Throttled) ? CarrierError.NoAnswer : answer.Error;
        return new CarrierResult(error, null, error is CarrierError.NoAnswer or CarrierError.Garbled ? segments : 0, error == CarrierError.Throttled ? answer.RetryAfter : null);
    }

    private CarrierResult Count(CarrierResult result, long started)
    {
        _metrics.Submitted(Id, result.Error, _time.GetElapsedTime(started));
        return result;
    }
}
