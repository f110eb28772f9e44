using System.Collections.Concurrent;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// Which due steps, or receipts, fail in this process, and since when. In memory: taking a step up moves its time, so the table does not know; a silo that starts anew counts anew,
/// and the others go on. Thread-safe.
/// </summary>
internal sealed class FailingSteps<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, FailingStep> _steps = [];

    /// <summary>How many are remembered.</summary>
    internal int Count => _steps.Count;

    /// <summary>A step failed. True: it has done so for as long as it may.</summary>
    internal bool Failed(TKey key, DateTimeOffset now)
    {
        if (_steps.Count >= DueRules.MostFailing && !_steps.ContainsKey(key))
            Tidy(now);

        // One that finds no place is tried for ever, as any step was before; it finds one when others are through.
        if (_steps.Count >= DueRules.MostFailing && !_steps.ContainsKey(key))
            return false;

        return DueRules.IsHopeless(_steps.AddOrUpdate(key, _ => DueRules.Failed(null, now), (_, known) => DueRules.Failed(known, now)));
    }

    /// <summary>Whether a step that failed here waits before it is tried again: as long as it has failed so far, from a second to ten minutes.</summary>
    internal bool Waits(TKey key, DateTimeOffset now) => _steps.TryGetValue(key, out var step) && now < DueRules.NextTry(step);

    /// <summary>A step was carried out, or given up.</summary>
    internal void Ended(TKey key)
    {
        if (!_steps.IsEmpty)
            _steps.TryRemove(key, out _);
    }

    private void Tidy(DateTimeOffset now)
    {
        foreach (var (key, step) in _steps)
        {
            if (!DueRules.GoesOn(step, now))
                _steps.TryRemove(key, out _);
        }
    }
}
