using System.Text.Json;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace MaskedVerify.Cluster.Tests.Chaos.Models;

/// <summary>The product twice on the same stores, as after a split: each cluster has its own activation of every grain, and only versions keep them from accepting a code twice.</summary>
internal sealed class TwinClusters : IAsyncDisposable
{
    private readonly InMemoryHotStore _hot = new();
    private readonly InMemoryKeysStore _keys = new();
    private readonly InMemoryControlStore _control = new();
    private readonly TempFolder _folder = new();
    private readonly ChaosClock _clock = new();
    private readonly MessageLog _messages = new();
    private readonly List<SiloFixture> _twins = [];
    private TestTenant _tenant = null!;
    private long _commands;

    /// <summary>Starts both.</summary>
    public static async Task<TwinClusters> StartAsync(bool ignoresVersions)
    {
        var twins = new TwinClusters();
        IHotStore store = ignoresVersions ? new VersionBlindHotStore(twins._hot) : twins._hot;
        twins._twins.Add(await twins.StartOneAsync(store));
        twins._tenant = await twins._twins[0].CreateTenantAsync();
        twins._twins.Add(await twins.StartOneAsync(store));
        await twins._twins[1].RefreshTenantsAsync();
        return twins;
    }

    /// <summary>Starts a verification at one twin, lets both look at it, presents its code to both at once, and returns the history.</summary>
    public async Task<VerificationHistory> RoundAsync(int round)
    {
        var number = Numbers.Next();
        var history = new HistoryRecorder($"twins-{round}", number, "rotate", 0);
        await AddAsync(history, new OpCall(OpKind.Start, $"start-{round}"), () => _twins[0].Grains.GetGrain<IAliasDeskGrain>(GrainKeys.AliasDesk).Start(
            _tenant.Caller, Stamp(), new StartCommand(default, PhoneNumber.TryParse(number, out var parsed) ? parsed : default, null, null, null, null, null, null, null)));
        if (!VerificationId.TryParse(history.Id, out var id))
            throw new InvalidOperationException("The start was not acknowledged.");

        var code = TestCarrier.CodeIn(await _twins[0].Carrier.WaitForAsync(id));
        _messages.Add(number, new SeenMessage(code.Reveal(), _clock.Now));
        await _twins[0].AliasOf(id).WaitForAttempt(_tenant.Caller, id, TimeSpan.FromSeconds(2));
        foreach (var twin in _twins)
            await twin.AliasOf(id).Get(_tenant.Caller, id);

        await Task.WhenAll(_twins.Select((twin, i) => AddAsync(
            history, new OpCall(OpKind.Check, $"check-{round}-{i}") { Code = code.Reveal() }, () => twin.AliasOf(id).Check(_tenant.Caller, Stamp(), id, code))));

        var last = await _twins[0].AliasOf(id).Get(_tenant.Caller, id);
        var view = last.Verification ?? throw new InvalidOperationException("It cannot be read.");
        return history.ToHistory(_messages) with { Final = new FinalRead(Word(view.Status), 0, view.ExpiresAt, _clock.Now), Audit = AuditOf(_hot, id) };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var twin in _twins)
            await twin.DisposeAsync();
        _folder.Dispose();
    }

    private Task<SiloFixture> StartOneAsync(IHotStore store) => SiloFixture.StartAsync(options =>
    {
        options.Time = null;
        options.Silo = silo => Share(silo, store);
    });

    private void Share(ISiloBuilder silo, IHotStore store)
    {
        silo.Services.Replace(ServiceDescriptor.Singleton(store));
        silo.Services.Replace(ServiceDescriptor.Singleton<IKeysStore>(_keys));
        silo.Services.AddGrainStorage(StateNames.ControlStorage, (services, _) => _control.ForSilo(services.GetRequiredService<OrleansGrainStorageSerializer>()));
        silo.Services.Configure<PrivacyOptions>(o => o.RootKeyPath = _folder.File("root.key"));
    }

    private CommandStamp Stamp() => new(new UInt128(9, (ulong)Interlocked.Increment(ref _commands)), default);

    private async Task AddAsync(HistoryRecorder history, OpCall call, Func<Task<VerificationReply>> ask)
    {
        var invoked = _clock.Now;
        OpAnswer answer;
        try
        {
            answer = Read(await ask());
        }
        catch (Exception error) when (error is TimeoutException or OrleansException or StorageUnavailableException or UnknownOutcomeException)
        {
            answer = new OpAnswer(OpEnd.Unknown);
        }

        history.Add(call, answer, invoked, _clock.Now);
    }

    /// <summary>A reply as a caller over HTTP would read it.</summary>
    internal static OpAnswer Read(VerificationReply reply) => reply.Kind switch
    {
        ReplyKind.Ok or ReplyKind.Replayed => new OpAnswer(OpEnd.Ok)
        {
            Id = reply.Verification!.Id.Value,
            Status = Word(reply.Verification.Status),
            Valid = reply.Valid,
            ExpiresAt = null,
        },
        ReplyKind.Ended => new OpAnswer(OpEnd.Refused) { Status = reply.Verification is { } view ? Word(view.Status) : null },
        ReplyKind.InProgress or ReplyKind.Unavailable => new OpAnswer(OpEnd.Unknown),
        _ => new OpAnswer(OpEnd.Refused) { Problem = reply.Kind.ToString() },
    };

    internal static string Word(VerificationStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    /// <summary>The audit log of a store about a verification.</summary>
    internal static IReadOnlyList<AuditNote> AuditOf(InMemoryHotStore hot, VerificationId id) =>
        [.. hot.Audit.Select(a => JsonSerializer.Deserialize<JsonElement>(a.Payload)).Where(a => a.GetProperty("subject").GetString() == id.Value)
            .Select(a => new AuditNote(a.GetProperty("action").GetString()!, a.GetProperty("outcome").GetString()!))];
}
