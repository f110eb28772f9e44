using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Calls that wait for news of a verification. Bounded; used on the grain's scheduler only.</summary>
internal sealed class AttemptWaiters
{
    /// <summary>Most calls that wait at one alias; further ones are answered at once.</summary>
    internal const int Most = 64;

    private readonly Dictionary<VerificationId, TaskCompletionSource> _news = [];
    private int _waiting;

    /// <summary>Ends at the next news, or when the time is over; at once when too many wait.</summary>
    internal async Task WaitAsync(VerificationId id, TimeSpan atMost, TimeProvider time)
    {
        if (_waiting >= Most || atMost <= TimeSpan.Zero)
        {
            return;
        }

        if (!_news.TryGetValue(id, out var news))
        {
            news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _news.Add(id, news);
        }

        _waiting++;
        try
        {
            await news.Task.WaitAsync(atMost, time);
        }
        catch (TimeoutException)
        {
            // The verification is answered as it is.
        }
        finally
        {
            _waiting--;
            if (_waiting == 0)
            {
                _news.Clear();
            }
        }
    }

    internal void Signal(VerificationId id)
    {
        if (_news.Remove(id, out var news))
        {
            news.TrySetResult();
        }
    }

    internal void SignalAll()
    {
        foreach (var news in _news.Values)
        {
            news.TrySetResult();
        }

        _news.Clear();
    }
}
