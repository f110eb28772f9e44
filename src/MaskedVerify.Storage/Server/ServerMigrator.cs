using System.Data.Common;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>Schema of an installation on a server: which schemas there are, and what both products do alike with them.</summary>
/// <param name="options">Which databases, and whether a start may change them.</param>
/// <param name="places">Their connection strings.</param>
/// <param name="engine">Name of the product in scripts and switches.</param>
internal abstract partial class ServerMigrator(StorageOptions options, ServerPlaces places, string engine) : IDatabaseMigrator
{
    /// <summary>The scripts of this program; a test may put others in their place.</summary>
    public IReadOnlyList<SchemaScript> Scripts { get; set; } = SchemaScripts.Of(engine);

    /// <summary>Whether a start may change a schema.</summary>
    protected bool MayApply => options.AppliesAtStart;

    /// <summary>What an operator does when scripts are pending.</summary>
    protected string WhatToDo { get; } = $"Run `maskedverify migrate --engine {engine} --database …` first, or start with --migrate-at-start true.";

    public async ValueTask<IReadOnlyList<DatabaseSchema>> InspectAsync(CancellationToken cancellationToken = default) =>
        await EachAsync(All(), InspectAsync, cancellationToken);

    public async ValueTask<IReadOnlyList<DatabaseSchema>> MigrateAsync(CancellationToken cancellationToken = default) =>
        await EachAsync(All(), MigrateAsync, cancellationToken);

    /// <inheritdoc cref="IStorageEngine.EnsureAsync"/>
    public abstract ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken);

    /// <summary>What an operator should know about the connections to the named databases: sentences, without a secret.</summary>
    public IReadOnlyList<string> Doubts(IReadOnlyList<string> databases) => [.. Wanted(databases).Select(place => place.Text).SelectMany(DoubtsOf).Distinct(StringComparer.Ordinal)];

    /// <summary>The same of one connection string.</summary>
    protected abstract IReadOnlyList<string> DoubtsOf(string text);

    /// <summary>Whether the database may answer by itself in a moment: it does not listen, is starting or failing over, or has no connection left.</summary>
    public abstract bool IsAway(Exception error);

    [LoggerMessage(EventIds.DatabaseDoubtful, LogLevel.Warning, "Of the storage: {Doubt}")]
    protected static partial void LogDoubt(ILogger logger, string doubt);

    /// <summary>Server and database of a connection string, without user and password.</summary>
    protected abstract string Location(string text);

    /// <summary>Connections that wait for another's lock as long as that takes.</summary>
    protected abstract DbDataSource Source(string text);

    /// <summary>Whether the driver brought this error.</summary>
    protected abstract bool IsOfDriver(Exception error);

    /// <summary>Such an error in words for operators.</summary>
    protected abstract string Explain(ServerPlace place, Exception error);

    /// <summary>Which scripts a schema has.</summary>
    protected abstract Task<DatabaseSchema> InspectAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Applies the scripts that a schema lacks, in one transaction under a lock.</summary>
    protected abstract Task<DatabaseSchema> MigrateAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken);

    /// <summary>The places that a start has to look at.</summary>
    protected List<ServerPlace> Wanted(IReadOnlyList<string> databases) => databases is ["cluster"] ? [Cluster] : All();

    protected async Task<List<T>> EachAsync<T>(
        List<ServerPlace> wanted, Func<ServerPlace, DbConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        List<T> answers = [];
        foreach (var place in wanted)
        {
            try
            {
                await using var source = Source(place.Text);
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                answers.Add(await action(place, connection, cancellationToken));
            }
            catch (Exception error) when (IsOfDriver(error))
            {
                throw new StorageUnavailableException(Explain(place, error), error);
            }
        }

        return answers;
    }

    /// <summary>A schema that had some scripts, with those that it was given now.</summary>
    protected DatabaseSchema Describe(ServerPlace place, List<AppliedScript> before, IReadOnlyList<SchemaScript> now)
    {
        List<AppliedScript> applied = [.. before, .. now.Select(script => script.Applied)];
        var pending = Pending(place, applied);
        return new DatabaseSchema(
            place.Name,
            Location(place.Text),
            applied.Count == 0 ? 0 : applied.Max(script => script.Version),
            [.. applied.Select(script => script.Name)],
            [.. now.Select(script => script.Name)],
            [.. pending.Select(script => script.Name)],
            SchemaPlan.Serves([.. applied, .. pending.Select(script => script.Applied)]));
    }

    /// <summary>Scripts that a schema lacks.</summary>
    /// <exception cref="SchemaMismatchException">It has others than this program, and they do not serve it.</exception>
    protected IReadOnlyList<SchemaScript> Pending(ServerPlace place, List<AppliedScript> applied) =>
        SchemaPlan.Pending($"{place.Schema} in {Location(place.Text)}", place.Schema, Scripts, applied);

    private ServerPlace Cluster => new("cluster", "control", places.Cluster);

    private List<ServerPlace> All()
    {
        List<ServerPlace> all = [new ServerPlace("control", "control", places.Main), new ServerPlace("hot", "hot", places.Main), new ServerPlace("keys", "keys", places.Keys)];
        if (Location(places.Cluster) != Location(places.Main))
        {
            all.Add(Cluster);
        }

        return all;
    }
}
