using System.Buffers.Binary;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>One alias driven through <see cref="PhoneAliasRules"/> with a clock and codes that the test knows. Every decision is committed at once.</summary>
internal sealed class AliasWorld
{
    internal static readonly PhoneNumber Number = PhoneNumber.TryParse("+4915123456789", out var number) ? number : throw new InvalidOperationException();

    private static readonly AliasId Alias = AliasId.Create('1', 77, 5);

    private ulong _lastCommand;
    private UInt128 _lastId;

    internal AliasWorld(TenantPolicy? policy = null)
    {
        Policy = policy ?? new TenantPolicy();
        State = PhoneAliasRules.NewAlias(Alias, TenantId.Parse("tn-test"), "default", [1, 2, 3], new PhoneDestination("DE", LineType.Mobile), Now);
    }

    internal TenantPolicy Policy { get; set; }

    internal long Now { get; set; } = 1_750_000_000_123;

    internal PhoneAliasState State { get; set; }

    internal GuardCounts Guard { get; set; }

    internal RoutePlan Plan { get; set; } = PlanOf("one", "two", "three");

    /// <summary>Outcome rows.</summary>
    internal Dictionary<VerificationId, EndedVerification> Ended { get; } = [];

    /// <summary>The due table as the store would hold it.</summary>
    internal Dictionary<VerificationId, long> DueTable { get; } = [];

    /// <summary>Ids in order of start.</summary>
    internal List<VerificationId> Ids { get; } = [];

    internal List<GuardCountRow> GuardRows { get; } = [];

    /// <summary>Messages that were given back.</summary>
    internal HashSet<(VerificationId Id, int Send)> Returned { get; } = [];

    /// <summary>When each message was claimed first.</summary>
    internal Dictionary<(VerificationId Id, int Send), long> SendTimes { get; } = [];

    internal RuleTerms Terms => TermsAt(Now);

    internal static RoutePlan PlanOf(params string[] routes) =>
        new([.. routes.Select(r => new PlannedRoute(RouteId.Parse(r), CarrierId.Parse("sandbox"), null))]);

    internal bool IsLive { get; set; }

    internal GuardCaps MostPerNumber { get; set; } = new(1_000_000, 1_000_000);

    internal RuleTerms TermsAt(long now) => new(now, Policy, IsLive, MostPerNumber);

    internal static AliasStart Request(
        string? purpose = null, ResendPolicy? resend = null, int? ttl = null, string? reference = null, string context = "default") =>
        new(Alias, context, null, default, reference, purpose, null, null, ttl, resend);

    internal StartTrial Trial(AliasStart request) =>
        new(request, Number, PhoneAliasRules.ChannelForStart(State, Terms), Plan, new GuardEntry([9], new byte[16], Guard));

    internal PhoneAliasDecision Start(AliasStart? request = null)
    {
        var id = VerificationId.Create('1', Alias, ++_lastId, 3);
        var decision = Commit(PhoneAliasRules.Start(State, Trial(request ?? Request()), id, ++_lastCommand, CodeFor(id, 1), Terms));
        if (decision.Outcome.Kind == ReplyKind.Ok)
        {
            Ids.Add(id);
            SendTimes[(id, 1)] = Now;
        }

        return decision;
    }

    /// <summary>Starts, expecting success, and returns the id.</summary>
    internal VerificationId Started(AliasStart? request = null)
    {
        Assert.Equal(ReplyKind.Ok, Start(request).Outcome.Kind);
        return Ids[^1];
    }

    internal PhoneAliasDecision Check(VerificationId id, int? typedSend)
    {
        var decision = TryCheck(id, typedSend, Now);
        return Commit(decision);
    }

    /// <summary>Checks without committing. <paramref name="typedSend"/>: the code of that send is typed; null: a code that never was.</summary>
    internal PhoneAliasDecision TryCheck(VerificationId id, int? typedSend, long at)
    {
        if (Ended.TryGetValue(id, out var ended))
        {
            return new PhoneAliasDecision(State, PhoneAliasRules.CheckEnded(ended, ++_lastCommand));
        }

        var verification = PhoneAliasRules.Find(State, id);
        var mac = typedSend is { } send ? CodeFor(id, send).Mac : [];
        var matched = verification?.Codes.FirstOrDefault(c => c.Mac.AsSpan().SequenceEqual(mac))?.Send;
        return PhoneAliasRules.Check(State, id, ++_lastCommand, matched, TermsAt(at));
    }

    internal PhoneAliasDecision Resend(VerificationId id, Channel? channel = null)
    {
        var decision = Commit(TryResend(id, channel, Now));
        if (decision.Outcome.Claim is { } claim)
        {
            SendTimes[(id, claim.Verification.Sends)] = Now;
        }

        return decision;
    }

    internal PhoneAliasDecision TryResend(VerificationId id, Channel? channel, long at)
    {
        if (Ended.TryGetValue(id, out var ended))
        {
            return new PhoneAliasDecision(State, PhoneAliasRules.ResendEnded(ended, ++_lastCommand));
        }

        var send = PhoneAliasRules.Find(State, id) is { } verification ? PhoneAliasRules.NextSend(verification) : 0;
        var command = new ResendCommand(id, ++_lastCommand, channel, Plan, new GuardEntry([9], new byte[16], Guard), CodeFor(id, send));
        return PhoneAliasRules.Resend(State, command, TermsAt(at));
    }

    internal PhoneAliasDecision Cancel(VerificationId id) => Ended.TryGetValue(id, out var ended)
        ? new PhoneAliasDecision(State, PhoneAliasRules.CancelEnded(ended))
        : Commit(PhoneAliasRules.Cancel(State, id, Terms));

    internal PhoneAliasDecision Report(VerificationId id, int attempt, CarrierError error, RoutePlan? plan = null, long claimedAt = 0)
    {
        var report = new AttemptReport(
            id, attempt, CarrierId.Parse("sandbox"), (int)error, error == CarrierError.None ? $"m{attempt}" : null, error == CarrierError.None ? 1 : 0, DateTimeOffset.FromUnixTimeMilliseconds(Now))
        {
            ClaimedAt = claimedAt,
        };
        return Commit(Ended.TryGetValue(id, out var ended)
            ? PhoneAliasRules.AttemptReportedLate(State, ended, report, Terms)
            : PhoneAliasRules.AttemptReported(State, report, plan ?? Plan, Terms));
    }

    internal PhoneAliasDecision Receipt(VerificationId id, int attempt, AttemptStatus status, string? reason = null)
    {
        var news = new ReceiptNews(id, attempt, CarrierId.Parse("sandbox"), $"m{attempt}", status, reason);
        return Commit(PhoneAliasRules.Find(State, id) is null
            ? PhoneAliasRules.ReceiptArrivedLate(State, Ended.GetValueOrDefault(id), news)
            : PhoneAliasRules.ReceiptArrived(State, news, Terms));
    }

    internal PhoneAliasDecision Due(VerificationId id) => Commit(PhoneAliasRules.Due(State, id, Plan, Terms));

    internal NextSteps Next(VerificationId id) => PhoneAliasRules.Find(State, id) is { } verification
        ? PhoneAliasRules.Next(State, verification, Guard, Terms)
        : new NextSteps(false, 0, 0, false, null);

    internal LiveVerification Live(VerificationId id) => PhoneAliasRules.Find(State, id) ?? throw new InvalidOperationException("not live");

    /// <summary>Live or ended.</summary>
    internal LiveVerification Any(VerificationId id) => PhoneAliasRules.Find(State, id) ?? Ended[id].Verification;

    internal void Seconds(double seconds) => Now += (long)(seconds * 1_000);

    /// <summary>Types a wrong code as soon as it is judged, starting anew (with enough time in between) when a verification is over; returns when it was judged.</summary>
    internal void FailOnce(Channel channel = Channel.Sms)
    {
        var id = Ids.FindLast(i => PhoneAliasRules.Find(State, i) is { } v && v.Channel == channel && Next(i).MayCheck);
        if (id.IsNone)
        {
            id = StartOn(channel);
        }

        Seconds(Next(id).CheckAfterSeconds);
        var decision = Check(id, typedSend: null);
        Assert.Equal(ReplyKind.Ok, decision.Outcome.Kind);
        Assert.False(decision.Outcome.Valid);
    }

    internal VerificationId StartOn(Channel channel)
    {
        while (true)
        {
            var started = Start();
            if (started.Outcome.Kind == ReplyKind.Ok)
            {
                break;
            }

            Seconds(started.Outcome.Limit?.RetryAfterSeconds ?? throw new InvalidOperationException(started.Outcome.Kind.ToString()));
        }

        var id = Ids[^1];
        if (Live(id).Channel != channel)
        {
            Seconds(Policy.ResendSpacingSeconds);
            Assert.Equal(ReplyKind.Ok, Resend(id, channel).Outcome.Kind);
        }

        return id;
    }

    private static ProtectedCode CodeFor(VerificationId id, int send)
    {
        var mac = new byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(mac, send);
        BinaryPrimitives.WriteInt32LittleEndian(mac.AsSpan(4), StringComparer.Ordinal.GetHashCode(id.Value));
        return new ProtectedCode(mac, [.. Enumerable.Repeat((byte)send, 38)]);
    }

    internal PhoneAliasDecision Commit(PhoneAliasDecision decision)
    {
        State = decision.State;
        foreach (var row in decision.Rows)
        {
            switch (row)
            {
                case DueRow due:
                    DueTable[due.Verification] = due.DueAt.ToUnixTimeMilliseconds();
                    break;
                case DueDoneRow done:
                    DueTable.Remove(done.Verification);
                    break;
                case GuardCountRow guard:
                    GuardRows.Add(guard);
                    break;
            }
        }

        if (decision.Returned is { } returned)
        {
            Assert.True(Returned.Add((returned.Verification, returned.Send)), "given back twice");
        }

        foreach (var ended in decision.Ended)
        {
            Ended[PackedIds.Verification(ended.Verification.PackedId, Alias)] = ended;
        }

        return decision;
    }
}
