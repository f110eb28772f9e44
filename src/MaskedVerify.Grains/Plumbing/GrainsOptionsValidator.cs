using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>Checks <see cref="GrainsOptions"/> against its documented ranges and reports every mistake at once.</summary>
internal sealed class GrainsOptionsValidator : IValidateOptions<GrainsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, GrainsOptions options)
    {
        var errors = new List<string>();
        if (options.Region is not { Length: >= 1 and <= 32 } || !options.Region.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            errors.Add("Region must be 1 to 32 of a-z, 0-9 and -.");

        Check(errors, nameof(options.StartupTimeout), options.StartupTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(errors, nameof(options.SnapshotPollInterval), options.SnapshotPollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(4));
        Check(errors, nameof(options.MaxClockSkew), options.MaxClockSkew, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Check(errors, nameof(options.SendQueueCapacity), options.SendQueueCapacity, 1, 1_000_000);
        Check(errors, nameof(options.SendWorkers), options.SendWorkers, 1, 4_096);
        Check(errors, nameof(options.DuePollInterval), options.DuePollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Check(errors, nameof(options.DueBatch), options.DueBatch, 1, 10_000);
        Check(errors, nameof(options.DueConcurrency), options.DueConcurrency, 1, 1_024);
        Check(errors, nameof(options.ReceiptPollInterval), options.ReceiptPollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(errors, nameof(options.SweepInterval), options.SweepInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(errors, nameof(options.AuditDrainInterval), options.AuditDrainInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        CheckBound(errors, nameof(options.AuditBoundEvents), options.AuditBoundEvents, 10_000, 1_000_000_000);
        CheckBound(errors, nameof(options.AuditBoundAge), options.AuditBoundAge, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7));
        Check(errors, nameof(options.NumberSendsPerHour), options.NumberSendsPerHour, 1, 1_000_000);
        Check(errors, nameof(options.NumberSendsPerDay), options.NumberSendsPerDay, Math.Clamp(options.NumberSendsPerHour, 1, 1_000_000), 1_000_000);
        Check(errors, nameof(options.BindsPerCarrier), options.BindsPerCarrier, 1, 64);
        Check(errors, nameof(options.IdleGrainAge), options.IdleGrainAge, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        Check(errors, nameof(options.LoadSheddingPercent), options.LoadSheddingPercent, 50, 100);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>As below, but 0 says that there is no bound.</summary>
    private static void CheckBound<T>(List<string> errors, string name, T value, T least, T most)
        where T : struct, IComparable<T>
    {
        if (value.CompareTo(default) != 0 && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            errors.Add($"{name} must be 0 (no bound) or {least} to {most}; it is {value}.");
    }

    private static void Check<T>(List<string> errors, string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            errors.Add($"{name} must be {least} to {most}; it is {value}.");
    }
}
