using System.Collections.Concurrent;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>An activation that may leave memory when its time has come.</summary>
internal interface IDepartingAlias
{
    /// <summary>Ends the activation if still nothing keeps it. May be called from any thread.</summary>
    void Depart();
}

/// <summary>
/// Lets aliases whose last verification has ended stay in memory for a moment, because the delivery receipt of its message often comes right after the check, and an
/// activation that was just ended would be made again for it. One queue and one timer for the whole silo: a timer of their own would cost more than they save.
/// </summary>
internal sealed class AliasDepartures(TimeProvider time) : IDisposable
{
    /// <summary>
    /// How long an alias stays. At 1,000 ends a second 3,000 of them are in memory for it, about 15 MB; receipts of text messages mostly come within seconds.
    /// </summary>
    internal static readonly TimeSpan Stay = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isOver;

    /// <summary>Aliases that wait for their departure.</summary>
    internal int Count => _waiting.Count;

    /// <summary>Has an alias asked to depart after <see cref="Stay"/>.</summary>
    internal void Add(IDepartingAlias alias)
    {
        _waiting.Enqueue(new Waiting(alias, time.GetTimestamp()));
        if (_timer is null)
        {
            StartTimer();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void StartTimer()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _timer ??= time.CreateTimer(static self => ((AliasDepartures)self!).LetGo(), this, Look, Look);
            }
        }
    }

    /// <summary>In the order in which they came, so the first one that is not due ends the look. A look that takes long meets the next one: both take from one queue.</summary>
    private void LetGo()
    {
        while (_waiting.TryPeek(out var first) && time.GetElapsedTime(first.Since) >= Stay && _waiting.TryDequeue(out var next))
        {
            next.Alias.Depart();
        }
    }

    private readonly record struct Waiting(IDepartingAlias Alias, long Since);
}
