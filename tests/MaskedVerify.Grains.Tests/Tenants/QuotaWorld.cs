using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.Tenants;

/// <summary>
/// A model of everything around the quota rules: a durable row with a version, activations that crash, linger as zombies or end in peace, silos that spend, void and
/// give back, messages that are lost, clocks that differ and move. It records what was spent and judges it.
/// </summary>
internal sealed class QuotaWorld(TenantPolicy policy, TimeSpan skew, DateTimeOffset start)
{
    private readonly Dictionary<int, long> _spentOfDay = [];
    private readonly List<(TimeSpan At, TimeSpan Until, int Activation)> _leases = [];
    private (QuotaLedger Ledger, int Version) _row = (QuotaLedger.Unused, 0);
    private int _activations;

    internal TimeSpan Now { get; private set; }

    /// <summary>Moves every clock; tests of the seconds only move it back.</summary>
    internal TimeSpan ClockShift { get; set; }

    internal List<Activation> Alive { get; } = [];

    internal Dictionary<string, Silo> Silos { get; } = new() { ["s1"] = new(), ["s2"] = new(), ["s3"] = new() };

    internal long Spent => _spentOfDay.Values.Sum();

    internal void Advance(TimeSpan time) => Now += time;

    internal Activation Activate(TimeSpan offset)
    {
        var activation = new Activation(++_activations, Now, offset) { Ledger = _row.Ledger, Version = _row.Version };
        activation.Run = TenantRules.BeginQuota(_row.Ledger, Wall(activation));
        Alive.Add(activation);
        return activation;
    }

    /// <summary>An end in peace: waits for the last window, then writes, which a zombie cannot.</summary>
    internal void End(Activation activation)
    {
        Advance(TenantRules.QuotaEndsIn(activation.Run, Now - activation.StartedAt));
        if (activation.Ledger.Horizon != DateTimeOffset.MinValue)
            TryWrite(activation, TenantRules.EndQuota(activation.Ledger, activation.Run));

        Alive.Remove(activation);
    }

    /// <summary>One question of a silo. The answer takes <paramref name="latency"/> and may be lost.</summary>
    internal QuotaLease? Ask(string name, Activation activation, int wanted, TimeSpan latency, bool lost)
    {
        var silo = Silos[name];
        var unused = silo.VoidOver(Now);
        var sentAt = Now;
        Advance(latency);
        var request = new QuotaRequest(name, wanted, unused, silo.Day);
        var step = TenantRules.LeaseQuota(activation.Ledger, activation.Run, request, policy, Wall(activation), Now - activation.StartedAt, skew);
        if (step.Write is { } write && !TryWrite(activation, write))
        {
            Alive.Remove(activation);
            return null;
        }

        activation.Run = step.Next;
        activation.CheckWindow(step.Lease.Permits, Now - activation.StartedAt, policy.StartsPerSecond);
        _leases.Add((Now, sentAt + step.Lease.ValidFor, step.Lease.Permits > 0 ? activation.Number : 0));
        if (!lost)
            silo.Accept(step.Lease, sentAt + step.Lease.ValidFor);

        return step.Lease;
    }

    /// <summary>A silo spends what it holds and what still is valid.</summary>
    internal int Spend(string name, int permits)
    {
        var spent = Silos[name].Spend(permits, Now);
        _spentOfDay[Silos[name].Day] = _spentOfDay.GetValueOrDefault(Silos[name].Day) + spent;
        Assert.True(_spentOfDay[Silos[name].Day] <= policy.SendsPerUtcDay, "More was spent in a day than its quota.");
        return spent;
    }

    /// <summary>While permits of one activation are valid, no other activation hands any out: then windows never overlap.</summary>
    internal void CheckActivationsDoNotOverlap()
    {
        var spans = _leases.Where(l => l.Activation > 0).GroupBy(l => l.Activation).Select(g => (From: g.Min(l => l.At), Until: g.Max(l => l.Until)));
        var ordered = spans.OrderBy(s => s.From).ToArray();
        for (var i = 1; i < ordered.Length; i++)
            Assert.True(ordered[i].From >= ordered[i - 1].Until, $"Two activations handed out permits at the same time: {ordered[i - 1]} and {ordered[i]}.");
    }

    private bool TryWrite(Activation activation, QuotaLedger ledger)
    {
        if (activation.Version != _row.Version)
            return false;

        _row = (ledger, _row.Version + 1);
        activation.Ledger = ledger;
        activation.Version = _row.Version;
        return true;
    }

    private DateTimeOffset Wall(Activation activation) => start + Now + ClockShift + activation.Offset;

    internal sealed class Activation(int number, TimeSpan startedAt, TimeSpan offset)
    {
        private readonly Dictionary<long, int> _windows = [];

        internal int Number => number;

        internal TimeSpan StartedAt => startedAt;

        internal TimeSpan Offset { get; set; } = offset;

        internal QuotaLedger Ledger { get; set; } = QuotaLedger.Unused;

        internal QuotaRun Run { get; set; } = new();

        internal int Version { get; set; }

        internal void CheckWindow(int permits, TimeSpan uptime, int quota)
        {
            var window = (long)uptime.TotalSeconds;
            _windows[window] = _windows.GetValueOrDefault(window) + permits;
            Assert.True(_windows[window] <= quota, "More was handed out in a second than its quota.");
        }
    }

    internal sealed class Silo
    {
        private readonly List<(int Left, TimeSpan Until)> _blocks = [];
        private int _unused;

        internal int Day { get; private set; }

        internal void Accept(QuotaLease lease, TimeSpan until)
        {
            if (lease.Day > Day)
            {
                Day = lease.Day;
                _unused = 0;
                _blocks.Clear();
            }

            if (lease.Permits > 0 && lease.Day == Day)
                _blocks.Add((lease.Permits, until));
        }

        internal int VoidOver(TimeSpan now)
        {
            _unused += _blocks.Where(b => b.Until <= now).Sum(b => b.Left);
            _blocks.RemoveAll(b => b.Until <= now);
            var unused = _unused;
            _unused = 0;
            return unused;
        }

        internal int Spend(int permits, TimeSpan now)
        {
            var spent = 0;
            for (var i = 0; i < _blocks.Count && spent < permits; i++)
            {
                if (_blocks[i].Until <= now)
                    continue;

                var take = Math.Min(permits - spent, _blocks[i].Left);
                _blocks[i] = (_blocks[i].Left - take, _blocks[i].Until);
                spent += take;
            }

            return spent;
        }
    }
}
