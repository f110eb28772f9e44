using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.AliasDesks;

/// <summary>What is judged before an alias is made for a number. Pure.</summary>
internal static class AliasDeskRules
{
    /// <summary>The context of a request: the tenant's first when none was given.</summary>
    internal static string ContextOf(string? context, TenantPolicy policy) => context ?? policy.Contexts[0];

    /// <summary>Why no alias may be made, or null.</summary>
    /// <param name="number">The number.</param>
    /// <param name="destination">Its country and line type.</param>
    /// <param name="channel">The channel of a start; null when nothing is sent yet.</param>
    /// <param name="context">Or null.</param>
    /// <param name="pointer">Where the number stands in the request.</param>
    /// <param name="tenant">Whose policy judges.</param>
    internal static PhoneAliasOutcome? Judge(PhoneNumber number, PhoneDestination destination, Channel? channel, string? context, string pointer, TenantSnapshot tenant)
    {
        if (number.IsNone)
        {
            return PhoneAliasOutcome.Invalid(pointer, "A phone number or an alias is needed.");
        }

        if (context is not null && !tenant.Policy.Contexts.Contains(context, StringComparer.Ordinal))
        {
            return PhoneAliasOutcome.Invalid("/context", "The context is not declared in the tenant's policy.");
        }

        return PhoneAliasRules.JudgeDestination(destination, channel, tenant.Policy, tenant.IsLive);
    }

    internal static AliasStart ToStart(StartCommand command, AliasId alias, string context, byte[]? sealedNumber, PhoneDestination destination) => new(
        alias,
        context,
        sealedNumber,
        destination,
        command.Reference,
        command.Purpose,
        command.Locale,
        command.CodeLength,
        command.TtlSeconds,
        command.ResendPolicy);
}
