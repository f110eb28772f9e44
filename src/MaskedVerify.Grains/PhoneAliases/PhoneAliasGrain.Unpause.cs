using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What operators see and do of checks.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <inheritdoc/>
    public Task<AliasChecksReply> GetChecks(TenantId tenant, AliasId alias) => OperateAsync(tenant, alias, _ => Task.FromResult(Checks()));

    /// <inheritdoc/>
    public Task<AliasChecksReply> Unpause(TenantId tenant, AliasId alias, Channel? channel) => OperateAsync(tenant, alias, async owner =>
    {
        var decision = PhoneAliasRules.Unpause(_row.Current, channel);
        if (ReferenceEquals(decision.State, _row.Current))
        {
            return Checks();
        }

        var end = await CommitAsync(decision, [AuditNotes.Unpaused(owner, alias, Now)], AuditNotes.Operator);
        if (end != CommitEnd.Durable)
        {
            return new AliasChecksReply(ReplyKind.Unavailable);
        }

        LogUnpaused(_key);
        return Checks();
    });

    private AliasChecksReply Checks() => new(ReplyKind.Ok, PhoneAliasRules.Checks(_row.Current, Now.ToUnixTimeMilliseconds()));

    private async Task<AliasChecksReply> OperateAsync(TenantId tenant, AliasId alias, Func<TenantId, Task<AliasChecksReply>> act)
    {
        try
        {
            if (_isLost)
            {
                return new AliasChecksReply(ReplyKind.Unavailable);
            }

            return _tools.Catalog.Find(tenant) is { } owner && _row.Exists && Knows(owner, alias) ? await act(tenant) : new AliasChecksReply(ReplyKind.NotFound);
        }
        catch (Exception error) when (IsAway(error))
        {
            return new AliasChecksReply(ReplyKind.Unavailable);
        }
    }
}
