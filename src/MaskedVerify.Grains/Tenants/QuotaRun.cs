using System.Collections.Immutable;

namespace MaskedVerify.Grains.Tenants;

/// <summary>What one activation of a tenant remembers of its quotas. Times are uptimes of the activation: they only move forward.</summary>
internal sealed record QuotaRun
{
    /// <summary>Permits of the ledger's day that were handed out and not given back; never more than <see cref="QuotaLedger.Reserved"/>.</summary>
    public long Handed { get; init; }

    /// <summary>Nothing is handed out before: another activation may still be spending.</summary>
    public TimeSpan OpensAt { get; init; }

    /// <summary>Until when permits may be handed out without another write.</summary>
    public TimeSpan ReserveUntil { get; init; }

    /// <summary>Number of the current one-second window.</summary>
    public long Window { get; init; } = -1;

    /// <summary>Permits handed out in it.</summary>
    public int WindowUsed { get; init; }

    /// <summary>Permits handed out in the window before it.</summary>
    public int LastWindowUsed { get; init; }

    /// <summary>Permits of the ledger's day that came back because their messages never left.</summary>
    public long Unsent { get; init; }

    /// <summary>Silos that asked lately.</summary>
    public ImmutableDictionary<string, QuotaSilo> Silos { get; init; } = ImmutableDictionary<string, QuotaSilo>.Empty;
}

/// <summary>What a silo holds, at most.</summary>
/// <param name="Outstanding">Permits of the ledger's day it got and did not give back: the bound of what it may give back.</param>
/// <param name="AskedAt">Uptime of its last question.</param>
internal readonly record struct QuotaSilo(long Outstanding, TimeSpan AskedAt);

/// <summary>How a question for permits was judged.</summary>
/// <param name="Write">The ledger to write durably before anything else of this step counts, or null.</param>
/// <param name="Next">What the activation remembers afterwards.</param>
/// <param name="Lease">The answer.</param>
internal sealed record QuotaStep(QuotaLedger? Write, QuotaRun Next, QuotaLease Lease);
