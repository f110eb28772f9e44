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
        var reply = await AdmitAsync(caller) is { } tenant
            ? await CreateAdmittedAsync(caller, stamp, command, tenant)
            : new AliasReply(ReplyKind.Unauthenticated);
        tools.Metrics.Refused("create-alias", reply);
        return reply;
    }

    private async Task<AliasReply> CreateAdmittedAsync(Caller caller, CommandStamp stamp, CreateAliasCommand command, TenantSnapshot tenant)
    {
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
        var person = new NumberOf(tenant.Tenant, own, command.Number);
        for (var tries = 0; tries < MostErasures; tries++)
        {
            var known = await FindAsync(person);
            if (known is null && await RefuseNewAsync(stamp, command, destination, tenant, own) is { } refused && (known = await FindAsync(person)) is null)
            {
                return Refuse(refused);
            }

            var reply = await AskAliasAsync(
                person,
                known,
                (grain, alias, sealedNumber) => grain.Start(caller, stamp, AliasDeskRules.ToStart(command, alias, own, sealedNumber, destination)),
                answer => answer.Kind);
            if (reply?.Kind != ReplyKind.NumberRequired)
            {
                return reply ?? Refuse(new VerificationReply(ReplyKind.Unavailable));
            }
        }

        return Refuse(new VerificationReply(ReplyKind.Unavailable));
    }

    private async Task<AliasReply> CreateAliasAsync(
        Caller caller, CommandStamp stamp, CreateAliasCommand command, TenantSnapshot tenant, PhoneDestination destination)
    {
        var own = AliasDeskRules.ContextOf(command.Context, tenant.Policy);
        var person = new NumberOf(tenant.Tenant, own, command.Number);
        for (var tries = 0; tries < MostErasures; tries++)
        {
            var known = await FindAsync(person);
            if (known is null && await RefuseNewAsync(stamp, tenant) is { } refused && (known = await FindAsync(person)) is null)
            {
                return refused;
            }

            var hasPermit = known is null;
            var reply = await AskAliasAsync(
                person, known, (grain, alias, sealedNumber) => grain.Open(caller, stamp, new AliasOpen(alias, own, sealedNumber, destination)), answer => answer.Kind);
            if (hasPermit && reply is not { Kind: ReplyKind.Ok, Created: true })
            {
                tools.Permits.Return(tenant.Tenant, QuotaKind.Aliases);
            }

            if (reply?.Kind != ReplyKind.NumberRequired)
            {
                return reply ?? new AliasReply(ReplyKind.Unavailable);
            }
        }

        return new AliasReply(ReplyKind.Unavailable);
    }

    /// <summary>
    /// Why no alias is made for a number that has none, or null: whatever would refuse the start is judged first, so that a refusal leaves nothing. A number that has an alias by
    /// then is left to it: it may have answered this very request.
    /// </summary>
    private async ValueTask<VerificationReply?> RefuseNewAsync(CommandStamp stamp, StartCommand command, PhoneDestination destination, TenantSnapshot tenant, string context)
    {
        if (await tools.Ledger.IsTakenAsync(tenant.Tenant, stamp))
        {
            return new VerificationReply(ReplyKind.KeyReused);
        }

        var terms = tools.TermsOf(tenant);
        var state = PhoneAliasRules.NewAlias(tools.Tagger.NewAlias(tenant.Tenant), tenant.Tenant, context, [], destination, terms.Now);
        state = await tools.WithKeptAsync(state, command.Number);
        var id = tools.Tagger.NewVerification(tenant.Tenant, state.Alias);
        var trial = await tools.TryAsync(state, AliasDeskRules.ToStart(command, state.Alias, context, null, destination), (ulong)stamp.CommandId, id, command.Number, tenant);
        if (PhoneAliasRules.JudgeStart(state, trial, terms) is { } refusal)
        {
            return new VerificationReply(refusal.Kind, Limit: refusal.Limit, Pointer: refusal.Pointer, Detail: refusal.Detail);
        }

        return await tools.Permits.LookAsync(tenant.Tenant) is { } quota ? new VerificationReply(ReplyKind.QuotaExceeded, Limit: quota) : null;
    }

    /// <summary>The same of a creation; when it is not refused it has taken a permit.</summary>
    private async ValueTask<AliasReply?> RefuseNewAsync(CommandStamp stamp, TenantSnapshot tenant)
    {
        if (await tools.Ledger.IsTakenAsync(tenant.Tenant, stamp))
        {
            return new AliasReply(ReplyKind.KeyReused);
        }

        return await tools.Permits.TakeAsync(tenant.Tenant, QuotaKind.Aliases) is { } limit ? new AliasReply(ReplyKind.QuotaExceeded, Limit: limit) : null;
    }

    private ValueTask<AliasId?> FindAsync(NumberOf person) => tools.Aliases.FindAsync(person.Tenant, person.Context, person.Number);

    /// <summary>
    /// Puts a command to the alias of a number, made when it has none. An alias whose row was lost before its first commit asks for the number; one that asks again was erased
    /// meanwhile. Null: none is made because the audit event of its making could not be written. What exists is found: a replay is a read.
    /// </summary>
    private async Task<TReply?> AskAliasAsync<TReply>(NumberOf person, AliasId? known, Func<IPhoneAliasGrain, AliasId, byte[]?, Task<TReply>> ask, Func<TReply, ReplyKind> kindOf)
        where TReply : class
    {
        if (known is null && tools.AuditBound.Refuses())
        {
            return null;
        }

        var found = known is { } alias
            ? new AliasResolution(alias, IsNew: false, Number: null)
            : await tools.Aliases.GetOrAddAsync(person.Tenant, person.Context, person.Number);
        var grain = AliasGrain(found.Alias);
        var reply = await ask(grain, found.Alias, found.Number?.Bytes);
        if (kindOf(reply) == ReplyKind.NumberRequired && !found.IsNew)
        {
            reply = await ask(grain, found.Alias, (await tools.Aliases.SealAsync(person.Tenant, found.Alias, person.Number)).Bytes);
        }

        // Refused although it was judged before: another was faster. Not when nobody knows whether it was refused.
        if (found.IsNew && kindOf(reply) is not (ReplyKind.Ok or ReplyKind.Replayed or ReplyKind.Unavailable or ReplyKind.InProgress))
        {
            await DropAsync(grain, person.Tenant, found.Alias);
        }

        return reply;
    }

    private async Task DropAsync(IPhoneAliasGrain grain, TenantId tenant, AliasId alias)
    {
        try
        {
            await grain.DropUnused(tenant, alias);
        }
        catch (Exception error) when (IsAway(error))
        {
            // The sweeper finds it.
        }
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

    /// <summary>Whose alias.</summary>
    private readonly record struct NumberOf(TenantId Tenant, string Context, PhoneNumber Number);
}
