namespace MaskedVerify.Front.Security;

/// <summary>Who may do what on the internal port.</summary>
/// <param name="Operator">Everything, administration too; null on a silo without vault, which must not hold what a vault accepts.</param>
/// <param name="Observer">Metrics and health details: what Prometheus needs, and all that a silo which faces the world can lose.</param>
internal sealed record InternalKeys(InternalKey? Operator, InternalKey Observer);
