using MaskedVerify.Domain;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>The judge of one person's codes. Key: <see cref="GrainKeys.PhoneAlias(AliasId)"/>.</summary>
[GrainInterfaceType("mv.phone-alias")]
public interface IPhoneAliasGrain : IGrainWithStringKey
{
    /// <summary>Starts a verification: one turn, durable before it returns. Called by the alias desk.</summary>
    [Alias("Start")]
    Task<VerificationReply> Start(Caller caller, CommandStamp stamp, AliasStart start);

    /// <summary>Waits until the newest attempt is past <c>queued</c> or the time is over, and returns the verification as it is then. Touches no state.</summary>
    [Alias("WaitForAttempt"), AlwaysInterleave]
    Task<VerificationReply> WaitForAttempt(Caller caller, VerificationId id, TimeSpan atMost);

    /// <summary>The verification, live or ended.</summary>
    [Alias("Get"), ReadOnly]
    Task<VerificationReply> Get(Caller caller, VerificationId id);

    /// <summary>Judges a code.</summary>
    [Alias("Check")]
    Task<VerificationReply> Check(Caller caller, CommandStamp stamp, VerificationId id, OneTimeCode code);

    /// <summary>Sends again, under the declared resend policy. <paramref name="channel"/> null: the same channel.</summary>
    [Alias("Resend")]
    Task<VerificationReply> Resend(Caller caller, CommandStamp stamp, VerificationId id, Channel? channel);

    /// <summary>Ends a verification; repeating it changes nothing.</summary>
    [Alias("Cancel")]
    Task<VerificationReply> Cancel(Caller caller, CommandStamp stamp, VerificationId id);

    /// <summary>Makes the alias' row if it is new. Called by the alias desk.</summary>
    [Alias("Open")]
    Task<AliasReply> Open(Caller caller, CommandStamp stamp, AliasOpen open);

    /// <summary>What may be known of an alias.</summary>
    [Alias("GetAlias"), ReadOnly]
    Task<AliasReply> GetAlias(Caller caller, AliasId alias);

    /// <summary>Destroys keys, then rows. Repeating it answers not-found.</summary>
    [Alias("Erase")]
    Task<AliasReply> Erase(Caller caller, CommandStamp stamp, AliasId alias);

    /// <summary>Destroys the keys of an alias that has no row: nothing was ever committed under them. Does nothing when it has one. Asked by the alias desk and the sweeper.</summary>
    [Alias("DropUnused")]
    Task DropUnused(TenantId tenant, AliasId alias);

    /// <summary>What wrong tries have brought upon an alias. For operators: the front has checked their credential; no number and no code is in it.</summary>
    [Alias("GetChecks"), ReadOnly]
    Task<AliasChecksReply> GetChecks(TenantId tenant, AliasId alias);

    /// <summary>Lifts the wait of one channel, or of all, and forgets its wrong tries in a row; repeating it changes nothing. For operators, as above.</summary>
    [Alias("Unpause")]
    Task<AliasChecksReply> Unpause(TenantId tenant, AliasId alias, Channel? channel);

    /// <summary>Whether an attempt is still to be handed over: not when its alias was erased, its verification ended or its claim given up. Touches no state. Asked by the send pump.</summary>
    [Alias("IsAwaited"), AlwaysInterleave]
    Task<bool> IsAwaited(VerificationId id, int attempt);

    /// <summary>How a submit ended. Comes from the send pump, outside of any turn.</summary>
    [Alias("RecordAttempt")]
    Task RecordAttempt(AttemptReport report);

    /// <summary>A delivery receipt. Returns when it is applied durably.</summary>
    [Alias("RecordReceipt")]
    Task RecordReceipt(VerificationId id, int attempt, CarrierId carrier, string messageId, AttemptStatus state, string? reason, DateTimeOffset at);

    /// <summary>Does what is due for a verification: unknown attempts, expiry. Called by the due poller.</summary>
    [Alias("Resume")]
    Task Resume(VerificationId id);
}
