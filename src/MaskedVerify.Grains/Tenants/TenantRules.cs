using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>Administrative commands on a tenant. Pure; each may be repeated without another effect, so that a lost answer can be asked for again.</summary>
internal static partial class TenantRules
{
    /// <summary>API keys that are not revoked, at most.</summary>
    internal const int MaxKeys = 32;

    /// <summary>Revoked keys whose records are kept for operators; an unknown key is refused just the same.</summary>
    internal const int MaxRevokedKeys = 64;

    /// <summary>Most characters of a name or label.</summary>
    internal const int MaxLabel = 64;

    /// <summary><paramref name="namesake"/> is another tenant with this name, if there is one.</summary>
    internal static TenantOutcome Create(TenantState state, string name, bool live, TenantPolicy policy, DateTimeOffset now, TenantId? namesake = null)
    {
        var wanted = TenantPolicyRules.Normalise(policy, live);
        if (state.Exists)
        {
            return state.IsLive == live && state.Name == name && TenantPolicyRules.Same(state.Policy, wanted)
                ? TenantOutcome.Unchanged
                : TenantOutcome.Conflicting;
        }

        var errors = new List<string>(TenantPolicyRules.Validate(wanted, live));
        if (!TenantPolicyRules.IsLabel(name, MaxLabel))
            errors.Insert(0, $"name must have 1 to {MaxLabel} printable characters.");

        if (namesake is { } other)
            errors.Insert(0, $"name is taken: tenant {other} has it. Names tell tenants apart, whatever their case: take another.");
        TenantPolicyRules.CheckNumberFree(errors, "name", name);

        return errors.Count > 0
            ? TenantOutcome.Invalid(errors)
            : TenantOutcome.Changed(state with { Name = name, IsLive = live, Version = 1, Policy = wanted, CreatedAt = now });
    }

    internal static TenantOutcome ChangePolicy(TenantState state, long expectedVersion, TenantPolicy policy)
    {
        if (!state.Exists)
            return TenantOutcome.Missing;

        var wanted = TenantPolicyRules.Normalise(policy, state.IsLive);
        var errors = TenantPolicyRules.Validate(wanted, state.IsLive);
        if (errors.Count > 0)
            return TenantOutcome.Invalid(errors);

        if (TenantPolicyRules.Same(state.Policy, wanted))
            return TenantOutcome.Unchanged;

        return state.Version != expectedVersion ? TenantOutcome.Conflicting : TenantOutcome.Changed(Next(state) with { Policy = wanted });
    }

    internal static TenantOutcome SetFrozen(TenantState state, bool frozen)
    {
        if (!state.Exists)
            return TenantOutcome.Missing;

        return state.IsFrozen == frozen ? TenantOutcome.Unchanged : TenantOutcome.Changed(Next(state) with { IsFrozen = frozen });
    }

    internal static TenantOutcome AddKey(TenantState state, ApiKeyRecord key, DateTimeOffset now)
    {
        if (!state.Exists)
            return TenantOutcome.Missing;

        var existing = state.Keys.FirstOrDefault(k => k.KeyId == key.KeyId);
        if (existing is not null)
        {
            return existing.RevokedAt is null && existing.SecretHash.AsSpan().SequenceEqual(key.SecretHash) && existing.Label == key.Label
                ? TenantOutcome.Unchanged
                : TenantOutcome.Conflicting;
        }

        var errors = ValidateKey(state, key, now);
        return errors.Count > 0 ? TenantOutcome.Invalid(errors) : TenantOutcome.Changed(Next(state) with { Keys = [.. state.Keys, key] });
    }

    internal static TenantOutcome RevokeKey(TenantState state, string keyId, DateTimeOffset now)
    {
        var key = state.Keys.FirstOrDefault(k => k.KeyId == keyId);
        if (!state.Exists || key is null)
            return TenantOutcome.Missing;

        if (key.RevokedAt is not null)
            return TenantOutcome.Unchanged;

        var keys = state.Keys.Select(k => k.KeyId == keyId ? k with { RevokedAt = now } : k).ToArray();
        return TenantOutcome.Changed(Next(state) with { Keys = DropOldestRevoked(keys) });
    }

    private static List<string> ValidateKey(TenantState state, ApiKeyRecord key, DateTimeOffset now)
    {
        var errors = new List<string>();
        if (!Base32.TryRead(key.KeyId, out ulong _))
            errors.Add("keyId must be 13 base32 characters.");

        if (key.SecretHash.Length != ApiKeyText.SecretBytes)
            errors.Add("secretHash must have 32 bytes.");

        if (!TenantPolicyRules.IsLabel(key.Label, MaxLabel))
            errors.Add($"label must have 1 to {MaxLabel} printable characters.");

        TenantPolicyRules.CheckNumberFree(errors, "label", key.Label);

        if (key.ExpiresAt <= now)
            errors.Add("expiresAt must be in the future.");

        if (state.Keys.Count(k => k.RevokedAt is null) >= MaxKeys)
            errors.Add($"A tenant has at most {MaxKeys} keys that are not revoked: revoke one first.");

        return errors;
    }

    private static ApiKeyRecord[] DropOldestRevoked(ApiKeyRecord[] keys)
    {
        var revoked = keys.Where(k => k.RevokedAt is not null).OrderBy(k => k.RevokedAt).ToArray();
        return revoked.Length <= MaxRevokedKeys ? keys : [.. keys.Where(k => k != revoked[0])];
    }

    private static TenantState Next(TenantState state) => state with { Version = state.Version + 1 };
}
