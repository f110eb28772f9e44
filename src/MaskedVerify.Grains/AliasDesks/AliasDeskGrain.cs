using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.AliasDesks;

/// <inheritdoc cref="IAliasDeskGrain"/>
[GrainType("alias-desk")]
[StatelessWorker]
internal sealed partial class AliasDeskGrain(IGrainContext context, PhoneAliasTools tools, ILogger<AliasDeskGrain> logger) : IGrainBase, IAliasDeskGrain
{
    /// <summary>A number whose alias is erased so often during one command is left to the next.</summary>
    private const int MostErasures = 3;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <inheritdoc/>
    public async Task<VerificationReply> Start(Caller caller, CommandStamp stamp, StartCommand command)
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Refuse(new VerificationReply(ReplyKind.Unauthenticated));
        }

        try
        {
            return command.Alias.IsNone
                ? await StartByNumberAsync(caller, stamp, command, tenant)
                : await StartByAliasAsync(caller, stamp, command, tenant);
        }
        catch (Exception error) when (IsAway(error))
        {
            return Refuse(new VerificationReply(ReplyKind.Unavailable));
        }
    }

    /// <inheritdoc/>
    public async Task<AliasReply> CreateAlias(Caller caller, CommandStamp stamp, CreateAliasCommand command)
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return new AliasReply(ReplyKind.Unauthenticated);
        }

        var destination = command.Number.Describe();
        if (AliasDeskRules.Judge(command.Number, destination, channel: null, command.Context, "/phoneNumber", tenant) is { } refusal)
        {
            return new AliasReply(refusal.Kind, Pointer: refusal.Pointer, Detail: refusal.Detail);
        }

        try
        {
            return await CreateAliasAsync(caller, stamp, command, tenant, destination);
        }
        catch (Exception error) when (IsAway(error))
        {
            return new AliasReply(ReplyKind.Unavailable);
        }
    }

    private async Task<VerificationReply> StartByAliasAsync(Caller caller, CommandStamp stamp, StartCommand command, TenantSnapshot tenant)
    {
        if (!tools.Tagger.Owns(tenant.Tenant, command.Alias))
        {
            return Refuse(new VerificationReply(ReplyKind.NotFound));
        }

        // Without a context the alias' own holds; the row knows it.
        var reply = await AliasGrain(command.Alias).Start(caller, stamp, AliasDeskRules.ToStart(command, command.Alias, command.Context ?? string.Empty, null, default));
        return reply.Kind == ReplyKind.NumberRequired ? Refuse(new VerificationReply(ReplyKind.NotFound)) : reply;
    }

    private async Task<VerificationReply> StartByNumberAsync(Caller caller, CommandStamp stamp, StartCommand command, TenantSnapshot tenant)
    {
        var destination = command.Number.Describe();
        var refusal = AliasDeskRules.Judge(command.Number, destination, Channel.Sms, command.Context, "/to/phoneNumber", tenant)
            ?? PhoneAliasRules.JudgeRequest(AliasDeskRules.ToStart(command, default, string.Empty, null, destination), command.Number);
        if (refusal is not null)
        {
            return Refuse(new VerificationReply(refusal.Kind, Pointer: refusal.Pointer, Detail: refusal.Detail));
        }

        var own = AliasDeskRules.ContextOf(command.Context, tenant.Policy);
        return await AskAliasAsync(
            tenant.Tenant,
            own,
            command.Number,
            (grain, alias, sealedNumber) => grain.Start(caller, stamp, AliasDeskRules.ToStart(command, alias, own, sealedNumber, destination)),
            reply => reply.Kind) ?? Refuse(new VerificationReply(ReplyKind.Unavailable));
    }

    private async Task<AliasReply> CreateAliasAsync(
        Caller caller, CommandStamp stamp, CreateAliasCommand command, TenantSnapshot tenant, PhoneDestination destination)
    {
        var own = AliasDeskRules.ContextOf(command.Context, tenant.Policy);
        return await AskAliasAsync(
            tenant.Tenant,
            own,
            command.Number,
            (grain, alias, sealedNumber) => grain.Open(caller, stamp, new AliasOpen(alias, own, sealedNumber, destination)),
            reply => reply.Kind) ?? new AliasReply(ReplyKind.Unavailable);
    }

    /// <summary>
    /// Puts a command to the alias of a number. One whose row was lost before its first commit asks for the number; one that asks again was erased meanwhile, and its number has
    /// another alias, or none, from now on. Null: no alias could be made.
    /// </summary>
    private async Task<TReply?> AskAliasAsync<TReply>(
        TenantId tenant, string context, PhoneNumber number, Func<IPhoneAliasGrain, AliasId, byte[]?, Task<TReply>> ask, Func<TReply, ReplyKind> kindOf)
        where TReply : class
    {
        for (var tries = 0; tries < MostErasures; tries++)
        {
            if (await ResolveAsync(tenant, context, number) is not { } found)
            {
                return null;
            }

            var grain = AliasGrain(found.Alias);
            var reply = await ask(grain, found.Alias, found.Number?.Bytes);
            if (kindOf(reply) == ReplyKind.NumberRequired && !found.IsNew)
            {
                reply = await ask(grain, found.Alias, (await tools.Aliases.SealAsync(tenant, found.Alias, number)).Bytes);
            }

            if (kindOf(reply) != ReplyKind.NumberRequired)
            {
                return reply;
            }
        }

        return null;
    }

    /// <summary>The alias of a number; null while none is made because the audit event of its making could not be written. What exists is found: a replay is a read.</summary>
    private async ValueTask<AliasResolution?> ResolveAsync(TenantId tenant, string context, PhoneNumber number)
    {
        if (!tools.AuditBound.Refuses())
        {
            return await tools.Aliases.GetOrAddAsync(tenant, context, number);
        }

        return await tools.Aliases.FindAsync(tenant, context, number) is { } known ? new AliasResolution(known, IsNew: false, Number: null) : null;
    }

    // What an alias refuses it has counted itself.
    private VerificationReply Refuse(VerificationReply reply)
    {
        tools.Metrics.Refused("start", reply);
        return reply;
    }

    private async ValueTask<TenantSnapshot?> AdmitAsync(Caller caller) =>
        await tools.Catalog.AdmitAsync(caller) is { Kind: AdmissionKind.Admitted, Tenant: { } tenant } ? tenant : null;

    private IPhoneAliasGrain AliasGrain(AliasId alias) => tools.Grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(alias));

    private bool IsAway(Exception error)
    {
        if (error is KeyManagementException or SealBrokenException or TimeoutException or OrleansException or GrainFaultException or OperationCanceledException
            || StorageFailure.Of(error) is not null)
        {
            LogFailed(error.GetType().Name);
            return true;
        }

        return false;
    }
}
