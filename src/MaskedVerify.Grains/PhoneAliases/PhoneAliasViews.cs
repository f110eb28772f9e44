using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>State as callers see it.</summary>
internal static class PhoneAliasViews
{
    private static readonly NextSteps Nothing = new(MayCheck: false, CheckAfterSeconds: 0, ChecksRemaining: 0, MayResend: false, ResendAfterSeconds: null);

    internal static VerificationView Of(PhoneAliasState state, LiveVerification verification, NextSteps next, long now) =>
        PhoneAliasRules.IsOver(verification, now)
            ? Of(state, verification, VerificationStatus.Expired, reason: null, Nothing)
            : Of(state, verification, VerificationStatus.Pending, reason: null, next);

    internal static VerificationView Of(PhoneAliasState state, EndedVerification ended) =>
        Of(state, ended.Verification, ended.Status, ended.Reason, Nothing);

    internal static AliasView Of(PhoneAliasState state) => new(
        state.Alias, state.Context, state.Destination, Time(state.CreatedAt), state.VerifiedAt < state.CreatedAt ? null : Time(state.VerifiedAt));

    private static VerificationView Of(PhoneAliasState state, LiveVerification v, VerificationStatus status, string? reason, NextSteps next)
    {
        var alias = state.Alias;
        return new VerificationView(
            PackedIds.Verification(v.PackedId, alias),
            alias,
            status,
            reason,
            v.Reference,
            v.Purpose,
            state.Destination,
            Time(v.CreatedAt),
            Time(v.ExpiresAt),
            next,
            Array.ConvertAll(v.Attempts, a => new AttemptView(a.Channel, a.Route, a.Status, a.Segments, Time(a.At), a.Why)));
    }

    private static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
