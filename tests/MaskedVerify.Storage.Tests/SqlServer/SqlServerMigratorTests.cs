using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The migrator's steps, over a connection that keeps what is sent.</summary>
public sealed class SqlServerMigratorTests : IDisposable
{
    private readonly RecordingServer _server = new();
    private readonly FakeLogger<SqlServerMigrator> _logger = new();
    private object?[]? _settings = [160, 0, 1];
    private int _lock;
    private List<object?[]> _applied = [];

    public SqlServerMigratorTests() => _server.AnswerText = text =>
        text.Contains("sys.databases", StringComparison.Ordinal) ? _settings is null ? [] : [_settings]
        : text.Contains("sp_getapplock", StringComparison.Ordinal) ? [[_lock]]
        : text.Contains("SELECT version", StringComparison.Ordinal) ? _applied.Where(row => text.Contains($"N'{(string)row[4]!}.schema_version'", StringComparison.Ordinal)).Select(row => row[..4])
        : [];

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Migrate_WhenNothingIsThere_RunsEveryScriptUnderTheLockAndRemembersIt()
    {
        var schemas = await Migrator().MigrateAsync();

        Assert.Equal(
            SchemaScripts.Of("sqlserver").OrderBy(script => script.Database, StringComparer.Ordinal).Select(script => script.Name), schemas.SelectMany(schema => schema.AppliedNow));
        Assert.Equal(["control", "hot", "keys"], schemas.Select(schema => schema.Database));
        Assert.Equal(3, _server.Commits);
        var hot = _server.Sent.FindIndex(sent => sent.Text.Contains("CREATE TABLE hot.hot_state", StringComparison.Ordinal));
        var steps = _server.Sent[(hot - 4)..(hot + 2)];
        Assert.All(steps, step => Assert.True(step.InTransaction));
        Assert.Equal("SET XACT_ABORT ON;", steps[0].Text);
        Assert.Contains("sp_getapplock", steps[1].Text, StringComparison.Ordinal);
        Assert.Equal("maskedverify.hot", Assert.Single(steps[1].Parameters).Value);
        Assert.Contains("FROM hot.schema_version", steps[2].Text, StringComparison.Ordinal);
        Assert.Contains("CREATE SCHEMA hot", steps[3].Text, StringComparison.Ordinal);
        Assert.Contains("ADD serves integer NULL", steps[3].Text, StringComparison.Ordinal);
        Assert.Equal([2, "0002-hot-tables", SchemaScripts.Of("sqlserver")[1].Checksum, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), DBNull.Value], steps[5].Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public async Task Migrate_WhenItMadeTables_GivesThemTheirRightsInTheSameTransaction_WhereRolesWereMade()
    {
        await Migrator().MigrateAsync();

        var rights = _server.Sent.FindAll(sent => sent.Text.Contains("DENY ", StringComparison.Ordinal));
        Assert.Equal(3, rights.Count);
        Assert.All(rights, sent => Assert.True(sent.InTransaction));
        Assert.All(rights, sent => Assert.IsType<IfStatement>(Assert.Single(TSql.Parse(sent.Text).All<TSqlBatch>()[0].Statements)));
        Assert.All(rights, sent => Assert.StartsWith("IF DATABASE_PRINCIPAL_ID(N'maskedverify_vault') IS NOT NULL", sent.Text, StringComparison.Ordinal));
        Assert.All(rights, sent => Assert.Contains("INSERT INTO", _server.Sent[_server.Sent.IndexOf(sent) - 1].Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Migrate_WhenEverySingleCommandIsRead_IsTransactSqlWithItsParameters()
    {
        await Migrator().MigrateAsync();

        Assert.All(_server.Sent, sent => Assert.Equal(
            sent.Parameters.Select(parameter => parameter.ParameterName).Order(StringComparer.Ordinal), TSql.Parse(sent.Text).Parameters()));
    }

    [Fact]
    public async Task Migrate_WhenEverythingIsApplied_ChangesNothing()
    {
        ApplyAll();

        var schemas = await Migrator().MigrateAsync();

        Assert.All(schemas, schema => Assert.Empty(schema.AppliedNow));
        Assert.DoesNotContain(_server.Sent, sent => sent.Text.Contains("CREATE ", StringComparison.Ordinal) || sent.Text.Contains("INSERT ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Migrate_WhenTheLockIsNotGiven_SaysSoAndRunsNothing()
    {
        _lock = -3;

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Migrator().MigrateAsync());

        Assert.Contains("another migration", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Sent, sent => sent.Text.Contains("CREATE ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ensure_WhenScriptsArePending_RefusesAndNamesTheCommand()
    {
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(async () => await Migrator().EnsureAsync(["control", "hot", "keys"], CancellationToken.None));

        Assert.Contains("0001-control-orleans", error.Message, StringComparison.Ordinal);
        Assert.Contains("maskedverify migrate --engine sqlserver", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _server.Commits);
    }

    [Fact]
    public async Task Ensure_WhenItMayMigrate_DoesAndThenFits()
    {
        await Migrator(options => options.MigrateAtStart = true).EnsureAsync(["control", "hot", "keys"], CancellationToken.None);

        Assert.Equal(3, _server.Commits);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(null, false)]
    public async Task Ensure_WhenTheSchemaIsNewer_GoesOnOnlyIfItServesThisProgram(int? fromNewest, bool fits)
    {
        ApplyAll();
        _applied.Add([998, "0998-hot-later", "x", SchemaScripts.Of("sqlserver").Max(script => script.Version) + fromNewest ?? (object)DBNull.Value, "hot"]);
        var ensured = Migrator().EnsureAsync(["control", "hot", "keys"], CancellationToken.None).AsTask();

        if (fits)
        {
            await ensured;
        }
        else
        {
            Assert.Contains("is newer (0998-hot-later)", (await Assert.ThrowsAsync<SchemaMismatchException>(() => ensured)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Migrate_WhenAScriptSaysWhomItServes_RemembersThat()
    {
        ApplyAll();
        var migrator = Migrator();
        migrator.Scripts = [.. migrator.Scripts, SchemaScripts.Parse("0998-hot-later", "-- serves: 6\nCREATE TABLE hot.later (id integer NOT NULL PRIMARY KEY);")];

        await migrator.MigrateAsync();

        Assert.Equal(6, _server.Sent.Single(sent => sent.Text.StartsWith("INSERT INTO hot.schema_version", StringComparison.Ordinal)).Parameters.Single(p => p.ParameterName == "@serves").Value);
    }

    [Fact]
    public async Task Ensure_WhenOnlyTheClusterIsAskedFor_LooksAtNothingElse()
    {
        ApplyAll();

        await Migrator().EnsureAsync(["cluster"], CancellationToken.None);

        Assert.DoesNotContain(_server.Sent, sent => sent.Text.Contains("hot.", StringComparison.Ordinal) || sent.Text.Contains("keys.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(120, 0, "COMPATIBILITY_LEVEL")]
    [InlineData(160, 2, "DELAYED_DURABILITY = DISABLED")]
    public async Task Ensure_WhenTheDatabaseCannotBeTrusted_Refuses(int level, int delayed, string advice)
    {
        ApplyAll();
        _settings = [level, delayed, 1];

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(async () => await Migrator().EnsureAsync(["control", "hot", "keys"], CancellationToken.None));

        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_WhenSomethingIsDoubtful_WarnsWithoutSecrets()
    {
        ApplyAll();
        _settings = [160, 0, 0];

        var migrator = Migrator(options => options.Database = "Server=db1;Database=d;User ID=a;Password=hunter2;Encrypt=false");
        await migrator.EnsureAsync(["control", "hot", "keys"], CancellationToken.None);

        var warnings = _logger.Collector.GetSnapshot().Where(record => record.Level == LogLevel.Warning).Select(record => record.Message).ToList();
        Assert.Contains(warnings, warning => warning.Contains("READ_COMMITTED_SNAPSHOT ON", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("Encrypt=true", StringComparison.Ordinal));
        Assert.Contains("Encrypt=true", Assert.Single(migrator.Doubts(["control", "hot", "keys"])), StringComparison.Ordinal);
        Assert.DoesNotContain(warnings, warning => warning.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Migrate_WhenTheServerCannotBeReached_SaysSoInASentence()
    {
        _server.AnswerText = _ => throw SqlErrors.Of(0, 20);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Migrator().MigrateAsync());

        Assert.Contains("The database control cannot be reached; see that the server runs", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private SqlServerMigrator Migrator(Action<StorageOptions>? configure = null)
    {
        var options = new StorageOptions { Engine = StorageEngine.SqlServer };
        configure?.Invoke(options);
        return new SqlServerMigrator(options, new ServerPlaces(options, SqlServerSources.DefaultDatabase), new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)), _logger)
        {
            Sources = _ => _server,
        };
    }

    private void ApplyAll() => _applied = [.. SchemaScripts.Of("sqlserver").Select(script => new object?[] { script.Version, script.Name, script.Checksum, script.Serves ?? (object)DBNull.Value, script.Database })];
}
