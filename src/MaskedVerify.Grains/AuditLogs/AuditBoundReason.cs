namespace MaskedVerify.Grains.AuditLogs;

/// <summary>Why an audit outbox takes no more of what callers ask for.</summary>
internal enum AuditBoundReason
{
    /// <summary>It takes it.</summary>
    None = 0,

    /// <summary>More events wait than <see cref="GrainsOptions.AuditBoundEvents"/>.</summary>
    Events = 1,

    /// <summary>The oldest has waited longer than <see cref="GrainsOptions.AuditBoundAge"/>.</summary>
    Age = 2,
}
