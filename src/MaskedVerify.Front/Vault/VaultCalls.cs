using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.PhoneAliases;

namespace MaskedVerify.Front.Vault;

/// <summary>
/// The front's calls of grains. A failed call becomes <see cref="ReplyKind.Unavailable"/>; one that fails early is repeated with the same command id, which is safe
/// because the vault remembers it. So a silo that leaves the cluster costs its callers a moment and no answer.
/// </summary>
internal sealed partial class VaultCalls(IGrainFactory grains, TimeProvider time, FrontMetrics metrics, ILogger<VaultCalls> logger)
{
    /// <summary>
    /// Nothing is repeated later than this after the first call began. A call that was in a silo when it began to leave may end only with that silo, at the latest with
    /// the cluster's response time-out (10 s); the request's own limit (15 s) ends what goes on too long.
    /// </summary>
    private static readonly TimeSpan s_retryWithin = TimeSpan.FromSeconds(11);

    /// <summary>Pauses before the repetitions. The last two bridge the time until every silo knows that one has left.</summary>
    private static readonly TimeSpan[] s_pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(700)];

    private static readonly VerificationReply s_unavailable = new(ReplyKind.Unavailable);
    private static readonly AliasReply s_aliasUnavailable = new(ReplyKind.Unavailable);

    private IAliasDeskGrain Desk => grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk);

    /// <summary>Starts a verification.</summary>
    public Task<VerificationReply> StartAsync(Caller caller, CommandStamp stamp, StartCommand command, CancellationToken cancellationToken) =>
        VerificationAsync(() => Desk.Start(caller, stamp, command), cancellationToken);

    /// <summary>Waits until the newest attempt is past the queue. Null when that cannot be told.</summary>
    public async Task<VerificationReply?> WaitForAttemptAsync(Caller caller, VerificationId id, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            return await Alias(id).WaitForAttempt(caller, id, atMost).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailure(e);
            return null;
        }
    }

    /// <summary>Reads a verification.</summary>
    public Task<VerificationReply> GetAsync(Caller caller, VerificationId id, CancellationToken cancellationToken) =>
        VerificationAsync(() => Alias(id).Get(caller, id), cancellationToken);

    /// <summary>Judges a code.</summary>
    public Task<VerificationReply> CheckAsync(Caller caller, CommandStamp stamp, VerificationId id, OneTimeCode code, CancellationToken cancellationToken) =>
        VerificationAsync(() => Alias(id).Check(caller, stamp, id, code), cancellationToken);

    /// <summary>Sends again.</summary>
    public Task<VerificationReply> ResendAsync(Caller caller, CommandStamp stamp, VerificationId id, Channel? channel, CancellationToken cancellationToken) =>
        VerificationAsync(() => Alias(id).Resend(caller, stamp, id, channel), cancellationToken);

    /// <summary>Ends a verification.</summary>
    public Task<VerificationReply> CancelAsync(Caller caller, CommandStamp stamp, VerificationId id, CancellationToken cancellationToken) =>
        VerificationAsync(() => Alias(id).Cancel(caller, stamp, id), cancellationToken);

    /// <summary>Makes an alias.</summary>
    public Task<AliasReply> CreateAliasAsync(Caller caller, CommandStamp stamp, CreateAliasCommand command, CancellationToken cancellationToken) =>
        AliasAsync(() => Desk.CreateAlias(caller, stamp, command), cancellationToken);

    /// <summary>Reads an alias.</summary>
    public Task<AliasReply> GetAliasAsync(Caller caller, AliasId alias, CancellationToken cancellationToken) =>
        AliasAsync(() => Alias(alias).GetAlias(caller, alias), cancellationToken);

    /// <summary>Erases an alias.</summary>
    public Task<AliasReply> EraseAsync(Caller caller, CommandStamp stamp, AliasId alias, CancellationToken cancellationToken) =>
        AliasAsync(() => Alias(alias).Erase(caller, stamp, alias), cancellationToken);

    private IPhoneAliasGrain Alias(VerificationId id) => grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id));

    private IPhoneAliasGrain Alias(AliasId alias) => grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(alias));

    private Task<VerificationReply> VerificationAsync(Func<Task<VerificationReply>> call, CancellationToken cancellationToken) =>
        CallAsync(call, static reply => reply.Kind, s_unavailable, cancellationToken);

    private Task<AliasReply> AliasAsync(Func<Task<AliasReply>> call, CancellationToken cancellationToken) =>
        CallAsync(call, static reply => reply.Kind, s_aliasUnavailable, cancellationToken);

    private async Task<T> CallAsync<T>(Func<Task<T>> call, Func<T, ReplyKind> kind, T unavailable, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var reply = await TryAsync(call, unavailable, cancellationToken);
        foreach (var pause in s_pauses)
        {
            if (kind(reply) != ReplyKind.Unavailable || time.GetElapsedTime(started) + pause > s_retryWithin)
                break;
            metrics.Retry();
            LogRetried();
            await Task.Delay(pause, time, cancellationToken);
            reply = await TryAsync(call, unavailable, cancellationToken);
        }

        return reply;
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> call, T unavailable, CancellationToken cancellationToken)
    {
        try
        {
            // Only the waiting ends when the client goes away: a command that is under way is never cancelled.
            return await call().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailure(e);
            return unavailable;
        }
    }

    private void LogFailure(Exception e)
    {
        if (e is OrleansException or TimeoutException or StorageUnavailableException or UnknownOutcomeException or OperationCanceledException)
            LogFailed(e.GetType().Name);
        else
            LogFailedUnexpectedly(e, e.GetType().Name);
    }
}
