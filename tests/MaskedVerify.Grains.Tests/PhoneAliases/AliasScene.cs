using System.Globalization;
using System.Text;
using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using Orleans.Serialization;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>One tenant and one person in a cluster: the calls that a front would make.</summary>
internal sealed class AliasScene(SiloFixture silos, TestTenant tenant)
{
    private static int _lastNumber = 10_000_000;
    private static int _lastCommand;

    internal static readonly TenantPolicy Generous = new()
    {
        Contexts = ["default", "buyer"],
        SendsPerHour = 1_000,
        SendsPerDay = 1_000,
        NumberSendsPerHour = 1_000,
        NumberSendsPerDay = 1_000,
        ResendSpacingSeconds = 0,
    };

    internal SiloFixture Silos => silos;

    internal TestTenant Tenant => tenant;

    internal Caller Caller => tenant.Caller;

    internal PhoneNumber Number { get; set; } = NextNumber();

    /// <summary>The same with the spacing of messages that live tenants have.</summary>
    internal static readonly TenantPolicy Spaced = Generous with { ResendSpacingSeconds = 30 };

    internal static async Task<AliasScene> SetAsync(SiloFixture silos, TenantPolicy? policy = null, bool live = false) =>
        new(silos, await silos.CreateTenantAsync(live ? (policy ?? Generous) with { ResendSpacingSeconds = Spaced.ResendSpacingSeconds } : policy ?? Generous, live));

    internal static PhoneNumber NextNumber()
    {
        var text = "+49151" + Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture);
        return PhoneNumber.TryParse(text, out var number) ? number : throw new InvalidOperationException(text);
    }

    /// <summary>A stamp as the front mints it.</summary>
    internal static CommandStamp Stamp(string? key = null) => new(
        new UInt128(7, (ulong)Interlocked.Increment(ref _lastCommand)),
        IdempotencyKey.TryParse(key, out var parsed) ? parsed : default);

    internal Task<VerificationReply> StartAsync(CommandStamp? stamp = null, StartCommand? command = null) =>
        silos.Grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(Caller, stamp ?? Stamp(), command ?? Command());

    internal StartCommand Command(
        PhoneNumber? number = null, AliasId alias = default, string? context = null, string? reference = null, string? purpose = null, ResendPolicy? resend = null) =>
        new(alias, alias.IsNone ? number ?? Number : default, context, reference, purpose, null, null, null, resend);

    /// <summary>Starts and waits until the code has reached the carrier and the result the alias.</summary>
    internal async Task<(VerificationId Id, OneTimeCode Code)> StartedAsync(StartCommand? command = null)
    {
        var id = Ok(await StartAsync(command: command)).Id;
        var message = await silos.Carrier.WaitForAsync(id);
        Ok(await WaitAsync(id));
        return (id, TestCarrier.CodeIn(message));
    }

    internal Task<VerificationReply> WaitAsync(VerificationId id) => Alias(id).WaitForAttempt(Caller, id, TimeSpan.FromSeconds(2));

    internal Task<VerificationReply> CheckAsync(VerificationId id, OneTimeCode code, CommandStamp? stamp = null) => Alias(id).Check(Caller, stamp ?? Stamp(), id, code);

    internal Task<VerificationReply> ResendAsync(VerificationId id, CommandStamp? stamp = null, Channel? channel = null) =>
        Alias(id).Resend(Caller, stamp ?? Stamp(), id, channel);

    internal Task<VerificationReply> CancelAsync(VerificationId id, CommandStamp? stamp = null) => Alias(id).Cancel(Caller, stamp ?? Stamp(), id);

    internal Task<VerificationReply> GetAsync(VerificationId id) => Alias(id).Get(Caller, id);

    internal Task<AliasReply> EraseAsync(AliasId alias, CommandStamp? stamp = null) => Alias(alias).Erase(Caller, stamp ?? Stamp(), alias);

    internal Task<AliasReply> CreateAliasAsync(CommandStamp? stamp = null, string? context = null, PhoneNumber? number = null) =>
        silos.Grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).CreateAlias(Caller, stamp ?? Stamp(), new CreateAliasCommand(number ?? Number, context));

    internal IPhoneAliasGrain Alias(VerificationId id) => silos.AliasOf(id);

    internal IPhoneAliasGrain Alias(AliasId alias) => silos.Grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(alias));

    internal static OneTimeCode Wrong(OneTimeCode right)
    {
        OneTimeCode wrong;
        do
        {
            wrong = OneTimeCode.Random(right.Length);
        }
        while (wrong == right);

        return wrong;
    }

    /// <summary>The verification of an answer that must be a success.</summary>
    internal static VerificationView Ok(VerificationReply reply)
    {
        Assert.Equal(ReplyKind.Ok, reply.Kind);
        return reply.Verification ?? throw new InvalidOperationException("no verification");
    }

    /// <summary>An alias as a start leaves it that ended between the commit of its keys and that of its row.</summary>
    internal async Task<AliasId> AliasWithoutRowAsync() => (await silos.Get<IAliasDirectory>().GetOrAddAsync(Tenant.Id, "default", Number)).Alias;

    /// <summary>Nothing of an alias is left: keys, side rows, answers, or a number in its row.</summary>
    internal async Task AssertErasedAsync(AliasId alias)
    {
        Assert.DoesNotContain(alias, silos.KeysStore.SubjectKeys.Keys);
        Assert.DoesNotContain(alias, silos.KeysStore.Index.Values);
        Assert.DoesNotContain(silos.HotStore.Outcomes, row => row.Alias == alias);
        Assert.DoesNotContain(silos.HotStore.Due, row => row.Alias == alias && row.DueAt < silos.Time.GetUtcNow().AddMinutes(9));
        Assert.DoesNotContain(silos.HotStore.UniqueKeys, row => row.Alias == alias);
        if (await silos.HotStore.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias)) is { } row)
        {
            var left = silos.Get<Serializer>().Deserialize<PhoneAliasState>(row.Payload) ?? throw new InvalidOperationException("no state");
            Assert.Equal((alias, tenant.Id, 0, 0, ""), (left.Alias, left.Tenant, left.SealedNumber.Length, left.Live.Length, left.Context));
        }
    }

    /// <summary>Audit events that tell of the erasure of an alias.</summary>
    internal IEnumerable<AuditRow> Erasures(AliasId alias) => silos.HotStore.Audit.Where(row =>
        Encoding.UTF8.GetString(row.Payload) is var text && text.Contains("alias.erased", StringComparison.Ordinal) && text.Contains(alias.Value, StringComparison.Ordinal));

    /// <summary>Commits of this person's row, oldest first.</summary>
    internal IReadOnlyList<HotCommit> Commits(VerificationId id) =>
        [.. silos.HotStore.History.Where(c => string.Equals(c.Key, GrainKeys.PhoneAlias(id), StringComparison.Ordinal))];
}

/// <summary>One cluster for the tests of a class.</summary>
public sealed class AliasSilo : IAsyncLifetime
{
    internal SiloFixture Silos { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silos = await SiloFixture.StartAsync();

    public ValueTask DisposeAsync() => Silos.DisposeAsync();
}
