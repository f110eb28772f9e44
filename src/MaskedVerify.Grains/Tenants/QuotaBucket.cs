using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>
/// One silo's permits of one tenant. The usual way takes no lock: a decrement while the lease lasts. When it runs out, one question at a time goes to the
/// tenant grain and everybody waits for that answer.
/// </summary>
internal sealed class QuotaBucket(Func<QuotaRequest, Task<QuotaLease>> ask, string silo, TimeProvider time)
{
    /// <summary>Most permits asked for at once.</summary>
    private const int MaxBlock = 10_000;

    /// <summary>Uses a second from which on the next block is asked for before this one is used up.</summary>
    private const int BusyRate = 32;

    /// <summary>Answers that come later than their permits last are no answers.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Block _block = Block.None;
    private Block? _next;
    private Task<QuotaLease>? _question;
    private Refusal? _refusal;
    private int _waiting;
    private int _used;
    private int _usedBefore;
    private long _usedSince;
    private int _unused;
    private int _unsent;
    private int _unusedOfDay;
    private long _dayChangedAt;

    /// <summary>Takes a permit; null when taken.</summary>
    internal ValueTask<LimitInfo?> TakeAsync()
    {
        var block = Volatile.Read(ref _block);
        if (block.TryTake(time))
        {
            Interlocked.Increment(ref _used);
            if (block.IsLow && _next is null && _question is null && Rate() >= BusyRate)
                _ = Ask();

            return default;
        }

        return TakeSlowlyAsync(takes: true);
    }

    /// <summary>Whether a permit could be taken now; null when one could. Takes none.</summary>
    internal ValueTask<LimitInfo?> LookAsync() => Volatile.Read(ref _block).IsOver(time) ? TakeSlowlyAsync(takes: false) : default;

    /// <summary>A permit was not used after all: it counts for the day again, not for the second (which may be over).</summary>
    internal void Return()
    {
        lock (_gate)
        {
            // Around midnight nobody can tell whose day the permit was of.
            if (_unusedOfDay != 0 && time.GetElapsedTime(_dayChangedAt) > TimeSpan.FromSeconds(30))
                _unused++;
        }
    }

    /// <summary>The message of a permit of that day never left.</summary>
    internal void ReturnUnsent(int day)
    {
        lock (_gate)
        {
            if (day == _unusedOfDay)
            {
                _unsent++;
            }
        }
    }

    /// <summary>Gives back what expired unused, so that an idle silo does not keep permits of the day. Does nothing while there is nothing to give back.</summary>
    internal async Task GiveBackAsync()
    {
        QuotaRequest? request = null;
        lock (_gate)
        {
            if (_question is null && _block.IsOver(time))
            {
                Promote();
                request = _unused > 0 || _unsent > 0 ? TakeUnused(0) : null;
            }
        }

        if (request is not null)
            await ask(request);
    }

    private async ValueTask<LimitInfo?> TakeSlowlyAsync(bool takes)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            var began = time.GetTimestamp();
            while (time.GetElapsedTime(began) < LongestWait)
            {
                Task<QuotaLease> question;
                lock (_gate)
                {
                    if (Passes(takes) || (Promote() && Passes(takes)))
                        return null;

                    if (_refusal is { } refusal && time.GetElapsedTime(refusal.At) < refusal.StandsFor)
                        return refusal.Limit;

                    question = Ask();
                }

                // While a lost silo's permits may still be spent, nobody is over the quota: a start waits for its successor rather than being refused.
                if (await question is { Permits: 0, Limit: null } closed)
                    await Task.Delay(closed.ValidFor, time);
            }

            throw new StorageUnavailableException("The tenant's quota could not be asked in time: try again.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool Passes(bool takes)
    {
        if (!takes)
            return !_block.IsOver(time);
        if (!_block.TryTake(time))
            return false;

        Interlocked.Increment(ref _used);
        return true;
    }

    /// <summary>Asks unless a question is under way, and returns the one that is.</summary>
    private Task<QuotaLease> Ask()
    {
        lock (_gate)
        {
            if (_question is not null)
                return _question;

            var wanted = Math.Clamp(Math.Max(Volatile.Read(ref _waiting), Rate() / 4), 1, MaxBlock);
            var request = TakeUnused(wanted);

            // Away from the caller, which may be a grain: others wait for this answer too.
            _question = Task.Run(() => AskAsync(request));
            _ = _question.ContinueWith(static t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted);
            return _question;
        }
    }

    private async Task<QuotaLease> AskAsync(QuotaRequest request)
    {
        var sentAt = time.GetTimestamp();
        try
        {
            var lease = await ask(request);
            lock (_gate)
            {
                Accept(lease, sentAt);
                _question = null;
            }

            return lease;
        }
        catch
        {
            lock (_gate)
                _question = null;

            throw;
        }
    }

    private void Accept(QuotaLease lease, long sentAt)
    {
        if (lease.Day > _unusedOfDay)
        {
            _dayChangedAt = time.GetTimestamp();
            _unusedOfDay = lease.Day;
            _unused = 0;
            _unsent = 0;
        }

        _refusal = lease.Limit is null ? null : new Refusal(lease.Limit, sentAt, lease.ValidFor);
        if (lease.Permits > 0)
        {
            // Two questions may have followed each other while nobody took: the older block is void.
            if (_next is { } older)
                Void(older);

            _next = new Block(lease.Permits, sentAt, lease.ValidFor, lease.Day);
            if (_block.IsOver(time))
                Promote();
        }
    }

    /// <summary>Puts the next block in the place of the current one, if there is one; whatever is left of the current one is void.</summary>
    private bool Promote()
    {
        Void(_block);
        var had = _next is not null;
        Volatile.Write(ref _block, _next ?? Block.None);
        _next = null;
        return had;
    }

    private void Void(Block block)
    {
        var left = block.Close();
        if (block.Day == _unusedOfDay)
            _unused += left;
    }

    private QuotaRequest TakeUnused(int wanted)
    {
        // Sent at most once: if the answer is lost, so are these permits, and none is counted twice.
        var request = new QuotaRequest(silo, wanted, _unused, _unusedOfDay, Unsent: _unsent);
        _unused = 0;
        _unsent = 0;
        return request;
    }

    /// <summary>Uses in the busier of this and the last second.</summary>
    private int Rate()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var elapsed = time.GetElapsedTime(_usedSince, now);
            if (_usedSince == 0 || elapsed >= TenantRules.WindowLength)
            {
                var used = Interlocked.Exchange(ref _used, 0);
                _usedBefore = _usedSince != 0 && elapsed < 2 * TenantRules.WindowLength ? used : 0;
                _usedSince = now;
            }

            return Math.Max(_usedBefore, Volatile.Read(ref _used));
        }
    }

    private sealed record Refusal(LimitInfo Limit, long At, TimeSpan StandsFor);

    /// <summary>A lease on its way down.</summary>
    private sealed class Block(int permits, long sentAt, TimeSpan validFor, int day)
    {
        internal static readonly Block None = new(0, 0, TimeSpan.Zero, 0);

        private const int Closed = int.MinValue / 2;
        private readonly int _low = permits / 4;
        private int _left = permits;

        internal int Day => day;

        internal bool IsLow => Volatile.Read(ref _left) <= _low;

        internal bool IsOver(TimeProvider time) => Volatile.Read(ref _left) <= 0 || time.GetElapsedTime(sentAt) >= validFor;

        internal bool TryTake(TimeProvider time) =>
            Volatile.Read(ref _left) > 0 && time.GetElapsedTime(sentAt) < validFor && Interlocked.Decrement(ref _left) >= 0;

        /// <summary>Voids what is left and returns it.</summary>
        internal int Close() => Math.Max(0, Interlocked.Exchange(ref _left, Closed));
    }
}
