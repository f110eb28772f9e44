using System.Collections.Concurrent;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// Which due steps fail in this process, and since when. In memory: taking a step up moves its time, so the table does not know; a silo that starts anew counts anew,
/// and the others go on. Thread-safe.
/// </summary>
internal sealed class FailingSteps
{
    private readonly ConcurrentDictionary<VerificationId, FailingStep> _steps = [];

    /// <summary>How many are remembered.</summary>
    internal int Count => _steps.Count;

    /// <summary>A step failed. True: it has done so for as long as it may.</summary>
    internal bool Failed(VerificationId verification, DateTimeOffset now)
    {
        if (_steps.Count >= DueRules.MostFailing && !_steps.ContainsKey(verification))
            Tidy(now);

        // One that finds no place is tried for ever, as any step was before; it finds one when others are through.
        if (_steps.Count >= DueRules.MostFailing && !_steps.ContainsKey(verification))
            return false;

        return DueRules.IsHopeless(_steps.AddOrUpdate(verification, _ => DueRules.Failed(null, now), (_, known) => DueRules.Failed(known, now)));
    }

    /// <summary>A step was carried out, or given up.</summary>
    internal void Ended(VerificationId verification)
    {
        if (!_steps.IsEmpty)
            _steps.TryRemove(verification, out _);
    }

    private void Tidy(DateTimeOffset now)
    {
        foreach (var (verification, step) in _steps)
        {
            if (!DueRules.GoesOn(step, now))
                _steps.TryRemove(verification, out _);
        }
    }
}
