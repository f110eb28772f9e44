namespace MaskedVerify.Carriers.Smpp;

/// <summary>
/// When the newest message with an id was handed over, for the messages that were answered last. Centres use ids again: until the result of a message is stored, only this
/// tells whether a receipt is meant for it or for an older one. Forgets the oldest half of <see cref="Most"/>.
/// </summary>
internal sealed class RecentAnswers
{
    /// <summary>Most ids, about 3 MB: at 1,000 messages a second the newest 10 seconds, and results are stored within three.</summary>
    public const int Most = 20_000;

    private readonly Lock _gate = new();
    private Dictionary<string, DateTimeOffset> _young = [];
    private Dictionary<string, DateTimeOffset> _old = [];

    /// <summary>A message was answered with an id in canonical form.</summary>
    public void Add(string messageId, DateTimeOffset submittedAt)
    {
        lock (_gate)
        {
            if (_young.Count >= Most / 2)
            {
                (_old, _young) = (_young, []);
            }

            _young[messageId] = FindHeld(messageId) is { } known && known > submittedAt ? known : submittedAt;
        }
    }

    /// <summary>When the newest message with that id was handed over; null when none is remembered.</summary>
    public DateTimeOffset? Find(string messageId)
    {
        lock (_gate)
        {
            return FindHeld(messageId);
        }
    }

    private DateTimeOffset? FindHeld(string messageId) =>
        _young.TryGetValue(messageId, out var young) ? young : _old.TryGetValue(messageId, out var old) ? old : null;
}
