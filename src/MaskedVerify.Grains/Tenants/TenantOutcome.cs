namespace MaskedVerify.Grains.Tenants;

/// <summary>How an administrative command was judged.</summary>
/// <param name="Next">The state to write, or null when nothing changes.</param>
/// <param name="Errors">Every mistake, one sentence each.</param>
/// <param name="NotFound">The tenant or key does not exist.</param>
/// <param name="Conflict">The tenant exists already with other properties, or was changed in between.</param>
internal sealed record TenantOutcome(TenantState? Next, IReadOnlyList<string> Errors, bool NotFound, bool Conflict)
{
    /// <summary>It stands as asked already.</summary>
    internal static readonly TenantOutcome Unchanged = new(null, [], false, false);

    /// <summary>No such tenant or key.</summary>
    internal static readonly TenantOutcome Missing = new(null, [], true, false);

    /// <summary>Somebody else was first.</summary>
    internal static readonly TenantOutcome Conflicting = new(null, [], false, true);

    /// <summary>Whether the command holds, now or already before.</summary>
    internal bool Ok => !NotFound && !Conflict && Errors.Count == 0;

    /// <summary>Refused for these mistakes.</summary>
    internal static TenantOutcome Invalid(IReadOnlyList<string> errors) => new(null, errors, false, false);

    /// <summary>Accepted: write this.</summary>
    internal static TenantOutcome Changed(TenantState next) => new(next, [], false, false);
}
