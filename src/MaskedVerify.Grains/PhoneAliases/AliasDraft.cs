using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>A decision in the making: collects changes and derives the <c>due</c> rows from them, so that no command can forget one.</summary>
internal sealed class AliasDraft
{
    private readonly PhoneAliasState _before;
    private readonly List<SideRow> _rows = [];
    private readonly List<EndedVerification> _ended = [];
    private ReturnedSend? _returned;

    internal AliasDraft(PhoneAliasState before)
    {
        _before = before;
        State = before;
    }

    internal PhoneAliasState State { get; set; }

    internal void Add(SideRow row) => _rows.Add(row);

    /// <summary>Appends a verification.</summary>
    internal void Append(LiveVerification verification) => State = State with { LiveOrNull = [.. State.Live, verification] };

    /// <summary>Replaces a verification by its next version.</summary>
    internal void Put(LiveVerification verification) =>
        State = State with { LiveOrNull = Array.ConvertAll(State.Live, v => v.Is(verification.PackedId) ? verification : v) };

    /// <summary>Moves a verification out of the state, without its codes.</summary>
    internal EndedVerification End(LiveVerification verification, VerificationStatus status, string? reason, long now)
    {
        var live = Array.FindAll(State.Live, v => !v.Is(verification.PackedId));
        State = State with { LiveOrNull = live.Length == 0 ? null : live };
        var ended = new EndedVerification { Verification = verification with { CodesOrNull = null }, Status = status, Reason = reason, EndedAt = now };
        _ended.Add(ended);
        return ended;
    }

    internal void News(EndedVerification ended) => _ended.Add(ended);

    /// <summary>A message has never left: it no longer counts against the alias, and whoever commits this gives back what it used of the number and of the quota.</summary>
    internal void Return(LiveVerification verification, AttemptEntry attempt)
    {
        // A throttled attempt that was tried again has a later time than its message.
        var claimedAt = attempt.Send == verification.Sends ? verification.LastSendAt : verification.Attempts.First(a => a.Send == attempt.Send).At;
        State = State with { SendsOrNull = PhoneAliasRules.Return(State.Sends, claimedAt) };
        _returned = new ReturnedSend(PackedIds.Verification(verification.PackedId, State.Alias), attempt.Send, claimedAt);
    }

    /// <summary>The decision, urgent unless said otherwise.</summary>
    internal PhoneAliasDecision Decide(PhoneAliasOutcome outcome, bool isUrgent = true)
    {
        AddDueRows();
        return new PhoneAliasDecision(State, outcome) { Rows = _rows, Ended = _ended, IsUrgent = isUrgent, Returned = _returned };
    }

    private void AddDueRows()
    {
        var alias = State.Alias;
        foreach (var verification in State.Live)
        {
            var due = PhoneAliasRules.NextDue(verification);
            var old = Array.Find(_before.Live, v => v.Is(verification.PackedId));
            if (old is null || PhoneAliasRules.NextDue(old) != due)
            {
                _rows.Add(new DueRow(PackedIds.Verification(verification.PackedId, alias), alias, DateTimeOffset.FromUnixTimeMilliseconds(due)));
            }
        }

        foreach (var verification in _before.Live)
        {
            if (!Array.Exists(State.Live, v => v.Is(verification.PackedId)))
            {
                _rows.Add(new DueDoneRow(PackedIds.Verification(verification.PackedId, alias)));
            }
        }
    }
}
