using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What operators see and do of checks.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public Task<AliasChecksReply> GetChecks(TenantId tenant, AliasId alias) => OperateAsync(tenant, alias, owner => Task.FromResult(Checks(owner)));

    /// <inheritdoc/>
    public Task<AliasChecksReply> Unpause(TenantId tenant, AliasId alias, Channel? channel) => OperateAsync(tenant, alias, async owner =>
    {
        var decision = PhoneAliasRules.Unpause(_row.Current, channel, TermsOf(owner));
        if (ReferenceEquals(decision.State, _row.Current))
        {
            return Checks(owner);
        }

        var end = await CommitAsync(decision, [AuditNotes.Unpaused(owner.Tenant, alias, Now)], AuditNotes.Operator);
        if (end != CommitEnd.Durable)
        {
            return new AliasChecksReply(ReplyKind.Unavailable);
        }

        LogUnpaused(_key);
        return Checks(owner);
    });

    private AliasChecksReply Checks(TenantSnapshot owner) => new(ReplyKind.Ok, PhoneAliasRules.Checks(_row.Current, TermsOf(owner)));

    private async Task<AliasChecksReply> OperateAsync(TenantId tenant, AliasId alias, Func<TenantSnapshot, Task<AliasChecksReply>> act)
    {
        try
        {
            if (_isLost)
            {
                return new AliasChecksReply(ReplyKind.Unavailable);
            }

            return _tools.Catalog.Find(tenant) is { } owner && _row.Exists && Knows(owner, alias) ? await act(owner) : new AliasChecksReply(ReplyKind.NotFound);
        }
        catch (Exception error) when (IsAway(error))
        {
            return new AliasChecksReply(ReplyKind.Unavailable);
        }
    }
}
