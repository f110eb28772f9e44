using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>A check as it was asked for; see <see cref="CommandMembers"/>.</summary>
internal sealed record AliasCheck(VerificationId Id, OneTimeCode Code);

/// <summary>A resend, likewise; without a channel: the one of the last attempt.</summary>
internal sealed record AliasResend(VerificationId Id, Channel? Channel);

/// <summary>A cancel, likewise.</summary>
internal sealed record AliasCancel(VerificationId Id);

/// <summary>An erasure, likewise.</summary>
internal sealed record AliasErase(AliasId Alias);
