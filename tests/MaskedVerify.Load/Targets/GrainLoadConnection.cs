using System.Security.Cryptography;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Load.Driving;

namespace MaskedVerify.Load.Targets;

/// <summary>A caller of grains: makes the same calls as the HTTP front does for each request, without HTTP.</summary>
/// <param name="grains">The cluster's client.</param>
/// <param name="caller">Credential of the run's tenant.</param>
/// <param name="readCode">Where the code of a verification is found.</param>
/// <param name="idempotencyKeys">Whether commands carry an idempotency key.</param>
internal sealed class GrainLoadConnection(
    IGrainFactory grains, Caller caller, Func<Started, ValueTask<string>> readCode, bool idempotencyKeys) : ILoadConnection
{
    private static readonly TimeSpan s_attemptWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(50);

    private IAliasDeskGrain Desk => grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk);

    /// <inheritdoc/>
    public async ValueTask<Started> StartAsync(Destination to)
    {
        var (stamp, command) = (Stamp(), Command(to));
        var reply = await TwiceAsync(() => Desk.Start(caller, stamp, command));
        if (reply is not { Kind: ReplyKind.Ok, Verification: { } view })
            throw Failure("start", reply);
        if (view is { Status: VerificationStatus.Pending, Attempts: [.., { Status: AttemptStatus.Claimed or AttemptStatus.Queued }] })
            await Alias(view.Id).WaitForAttempt(caller, view.Id, s_attemptWait);
        return new Started(view.Alias, view.Id);
    }

    /// <inheritdoc/>
    public ValueTask<string> ReadCodeAsync(Started started) => readCode(started);

    /// <inheritdoc/>
    public async ValueTask CheckAsync(Started started, string code)
    {
        if (!OneTimeCode.TryParse(code, out var typed))
            throw new LoadException("check unreadable-code");
        var stamp = Stamp();
        var reply = await TwiceAsync(() => Alias(started.Verification).Check(caller, stamp, started.Verification, typed));
        if (reply.Kind != ReplyKind.Ok)
            throw Failure("check", reply);
        if (reply is not { Valid: true, Verification.Status: VerificationStatus.Approved })
            throw new LoadException("check not-approved");
    }

    /// <inheritdoc/>
    public async ValueTask<string> CreateAliasAsync(string number)
    {
        if (!PhoneNumber.TryParse(number, out var parsed))
            throw new LoadException("alias invalid-number");
        var reply = await Desk.CreateAlias(caller, Stamp(), new CreateAliasCommand(parsed, null));
        return reply is { Kind: ReplyKind.Ok, Alias: { } view } ? view.Alias.Value : throw new LoadException($"alias {reply.Kind} {reply.Limit?.Name}".TrimEnd());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static LoadException Failure(string step, VerificationReply reply) =>
        new(string.Join(' ', new[] { step, reply.Kind.ToString(), reply.Limit?.Name, reply.Verification?.Status.ToString(), reply.Verification?.Reason }.OfType<string>()));

    // A command that ends as unavailable is repeated once with the same command id, as by the HTTP front.
    private static async Task<VerificationReply> TwiceAsync(Func<Task<VerificationReply>> call)
    {
        var reply = await call();
        if (reply.Kind != ReplyKind.Unavailable)
            return reply;
        await Task.Delay(s_retryPause);
        return await call();
    }

    private static StartCommand Command(Destination to)
    {
        AliasId alias = default;
        PhoneNumber number = default;
        if (!(to.IsAlias ? AliasId.TryParse(to.Text, out alias) : PhoneNumber.TryParse(to.Text, out number)))
            throw new LoadException("start invalid-destination");
        return new StartCommand(alias, number, null, null, null, null, null, null, null);
    }

    private CommandStamp Stamp()
    {
        UInt128 id = 0;
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<UInt128>(ref id)));
        IdempotencyKey key = default;
        if (idempotencyKeys)
            _ = IdempotencyKey.TryParse(Guid.NewGuid().ToString("N"), out key);
        return new CommandStamp(id, key);
    }

    private IPhoneAliasGrain Alias(VerificationId id) => grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(id));
}
