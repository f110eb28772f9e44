using MaskedVerify.Carriers.Text;
using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>
/// A ring of the newest messages, threaded per alias. Taking one costs a lock, a dictionary look-up and one small object; the code is looked for only when
/// somebody reads. Bounded by <see cref="SandboxOptions.InboxTotal"/> and <see cref="SandboxOptions.InboxPerAlias"/>.
/// </summary>
internal sealed class SandboxInbox(IOptions<SandboxOptions> options, TimeProvider time) : ISandboxInbox
{
    private const int MaxListed = 100;

    private readonly Lock _gate = new();
    private readonly int _perAlias = options.Value.InboxPerAlias;
    private readonly Entry?[] _ring = new Entry?[options.Value.InboxTotal];
    private readonly Dictionary<AliasId, Thread> _threads = [];
    private int _next;

    /// <summary>Keeps a message; the oldest of its alias, or of all, makes room.</summary>
    public void Add(CarrierMessage message, string outcome)
    {
        var entry = new Entry(message.Alias, message.Verification, message.Attempt, message.Channel, message.Text, outcome, time.GetUtcNow());
        lock (_gate)
        {
            if (_ring[_next] is { } oldest)
            {
                RemoveOldest(oldest.Alias);
            }

            entry.Slot = _next;
            _ring[_next] = entry;
            _next = (_next + 1) % _ring.Length;
            Append(entry);
        }
    }

    public IReadOnlyList<SandboxMessage> List(AliasId alias, int max = 20)
    {
        max = Math.Clamp(max, 1, MaxListed);
        var entries = new List<Entry>();
        lock (_gate)
        {
            for (var entry = _threads.GetValueOrDefault(alias).Newest; entry is not null && entries.Count < max; entry = entry.Older)
            {
                entries.Add(entry);
            }
        }

        return entries.ConvertAll(entry => entry.ToMessage());
    }

    public void Forget(AliasId alias)
    {
        lock (_gate)
        {
            if (_threads.Remove(alias, out var thread))
            {
                for (var entry = thread.Newest; entry is not null; entry = entry.Older)
                {
                    _ring[entry.Slot] = null;
                }
            }
        }
    }

    private void Append(Entry entry)
    {
        var thread = _threads.GetValueOrDefault(entry.Alias);
        if (thread.Newest is { } newest)
        {
            newest.Newer = entry;
            entry.Older = newest;
        }

        _threads[entry.Alias] = new Thread(thread.Oldest ?? entry, entry, thread.Count + 1);
        if (thread.Count + 1 > _perAlias)
        {
            RemoveOldest(entry.Alias);
        }
    }

    // The oldest of all is the oldest of its alias too, so one way of removing serves both bounds.
    private void RemoveOldest(AliasId alias)
    {
        var thread = _threads[alias];
        if (thread.Oldest is not { } oldest)
        {
            return;
        }

        _ring[oldest.Slot] = null;
        if (oldest.Newer is { } next)
        {
            next.Older = null;
            _threads[alias] = thread with { Oldest = next, Count = thread.Count - 1 };
        }
        else
        {
            _threads.Remove(alias);
        }
    }

    private readonly record struct Thread(Entry? Oldest, Entry? Newest, int Count);

    private sealed class Entry(AliasId alias, VerificationId verification, int attempt, Channel channel, string text, string outcome, DateTimeOffset at)
    {
        public AliasId Alias => alias;

        public int Slot { get; set; }

        public Entry? Older { get; set; }

        public Entry? Newer { get; set; }

        public SandboxMessage ToMessage() => new(alias, verification, attempt, channel, text, CodeFinder.Find(text), outcome, at);
    }
}
