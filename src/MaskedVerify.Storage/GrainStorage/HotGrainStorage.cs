using System.Globalization;
using MaskedVerify.Domain;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace MaskedVerify.Storage;

/// <summary>
/// Orleans' view of the hot store. The version of a row is its ETag. A state that <see cref="ICarriesSideRows"/> is stored without them, in one
/// transaction with them, and stays in memory without them once that is durable; after a failure the state in memory is as the grain left it.
/// </summary>
/// <remarks>Orleans wraps what is not its own exception into an OrleansException: callers look with <see cref="StorageFailure.Of"/>.</remarks>
internal sealed class HotGrainStorage(IHotStore store, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await store.ReadAsync(stateName, KeyOf(grainId));
        grainState.State = row is null || serializer.Deserialize<T>(new BinaryData(row.Payload)) is not { } state ? New<T>() : state;
        grainState.ETag = row?.Version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = row is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (bare, sideRows) = Detach(grainState.State);
        var payload = serializer.Serialize(bare).ToArray();
        var commit = new HotCommit(stateName, KeyOf(grainId), VersionOf(grainState.ETag), payload, sideRows);
        var version = VersionAfter(await store.CommitAsync(commit), stateName, grainState.ETag);
        grainState.State = bare;
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (_, sideRows) = Detach(grainState.State);
        var commit = new HotCommit(stateName, KeyOf(grainId), VersionOf(grainState.ETag), null, sideRows);
        VersionAfter(await store.CommitAsync(commit), stateName, grainState.ETag);
        grainState.State = New<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static (T State, IReadOnlyList<SideRow> SideRows) Detach<T>(T state) =>
        state is ICarriesSideRows carrier ? ((T)carrier.WithoutSideRows(), carrier.SideRows) : (state, []);

    private static string KeyOf(GrainId grainId) => grainId.Key.ToString() ?? throw new ArgumentException("A grain without a key has no state.", nameof(grainId));

    private static long VersionOf(string? etag) => string.IsNullOrEmpty(etag) ? 0 : long.Parse(etag, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long VersionAfter(CommitResult result, string table, string? etag) => result.Status switch
    {
        CommitStatus.Committed => result.Version,
        CommitStatus.VersionConflict => throw new InconsistentStateException($"The row of state {table} has another version.", "unknown", etag ?? "none"),
        CommitStatus.UniqueKeyTaken => throw new UniqueKeyTakenException(),
        CommitStatus.NumberAtCap => throw new NumberAtCapException(),
        CommitStatus.Unknown => throw new UnknownOutcomeException($"Whether the row of state {table} was written is unknown."),
        _ => throw new NotSupportedException($"A commit ended as {result.Status}."),
    };

    private T New<T>() => activators.GetActivator<T>().Create();
}
