using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Reading and waiting. Changes nothing.</summary>
internal sealed partial class PhoneAliasGrain
{
    /// <summary>Longest wait for an attempt, whatever the caller asks for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public Task<VerificationReply> Get(Caller caller, VerificationId id) => AnswerAsync("get", async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        return Knows(tenant, id) ? await ViewNowAsync(id, tenant) : NotFound;
    });

    /// <inheritdoc/>
    public Task<VerificationReply> WaitForAttempt(Caller caller, VerificationId id, TimeSpan atMost) => AnswerAsync("wait", async () =>
    {
        if (await AdmitAsync(caller) is not { } tenant)
        {
            return Unauthenticated;
        }

        if (!Knows(tenant, id))
        {
            return NotFound;
        }

        var until = Now + (atMost < LongestWait ? atMost : LongestWait);
        while (PhoneAliasRules.Find(_row.Current, id) is { Attempts: [.., { IsAwaited: true }] } && Now < until)
        {
            var before = _row.Current;
            await _waiters.WaitAsync(id, until - Now, _tools.Time);
            if (ReferenceEquals(before, _row.Current))
            {
                break;
            }
        }

        return Knows(tenant, id) ? await ViewNowAsync(id, tenant) : NotFound;
    });

    /// <inheritdoc/>
    public Task<bool> IsAwaited(VerificationId id, int attempt) => Task.FromResult(
        IsMine(id) && PhoneAliasRules.Find(_row.Current, id) is { } live && attempt < live.Attempts.Length && live.Attempts[attempt].IsAwaited);

    private async ValueTask<VerificationReply> ViewNowAsync(VerificationId id, TenantSnapshot tenant)
    {
        var state = _row.Current;
        if (PhoneAliasRules.Find(state, id) is { } live)
        {
            return new VerificationReply(ReplyKind.Ok, await ViewAsync(state, live, TermsOf(tenant)));
        }

        return await FindEndedAsync(id) is { } ended ? new VerificationReply(ReplyKind.Ok, PhoneAliasViews.Of(state, ended)) : NotFound;
    }
}
