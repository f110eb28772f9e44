namespace MaskedVerify.Grains.Tenants;

/// <summary>What permits of one kind are judged by.</summary>
/// <param name="PerSecond">Most in a second.</param>
/// <param name="PerDay">Most in a UTC day.</param>
/// <param name="SecondLimit">Name of the limit per second.</param>
/// <param name="DayLimit">Name of the limit per UTC day.</param>
internal readonly record struct QuotaTerms(int PerSecond, long PerDay, string SecondLimit, string DayLimit)
{
    /// <summary>The terms of a kind in a tenant's policy. As many aliases a second as starts: each is one commit of an alias and one of keys.</summary>
    internal static QuotaTerms Of(QuotaKind kind, TenantPolicy policy) => kind == QuotaKind.Aliases
        ? new QuotaTerms(policy.StartsPerSecond, policy.AliasesPerUtcDay, TenantRules.AliasSecondLimit, TenantRules.AliasDayLimit)
        : new QuotaTerms(policy.StartsPerSecond, policy.SendsPerUtcDay, TenantRules.SecondLimit, TenantRules.DayLimit);
}
