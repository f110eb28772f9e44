using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The schema scripts and the statements that they store for the Orleans providers, read by Microsoft's grammar.</summary>
public sealed partial class SqlServerScriptTests
{
    private const string State = "GrainIdHash GrainIdN0 GrainIdN1 GrainTypeHash GrainTypeString GrainIdExtensionString ServiceId";

    private const string Member = "DeploymentId Address Port Generation";

    private const string Reminder = "ServiceId GrainId ReminderName";

    /// <summary>What the providers pass to each statement, and the columns that they read by name (empty: none, one column: by place).</summary>
    private static readonly Dictionary<string, (string Parameters, string Columns)> s_contract = new(StringComparer.Ordinal)
    {
        ["WriteToStorageKey"] = ($"{State} GrainStateVersion PayloadBinary", "NewGrainStateVersion | NewGrainStateVersion"),
        ["ReadFromStorageKey"] = (State, "PayloadBinary Version"),
        ["ClearStorageKey"] = ($"{State} GrainStateVersion", "NewGrainStateVersion"),
        ["DeleteStorageKey"] = ($"{State} GrainStateVersion", "NewGrainStateVersion"),
        ["GatewaysQueryKey"] = ("DeploymentId Status", "Address ProxyPort Generation"),
        ["MembershipReadRowKey"] = (Member, "DeploymentId Address Port Generation SiloName HostName Status ProxyPort SuspectTimes StartTime IAmAliveTime Version"),
        ["MembershipReadAllKey"] = ("DeploymentId", "DeploymentId Address Port Generation SiloName HostName Status ProxyPort SuspectTimes StartTime IAmAliveTime Version"),
        ["InsertMembershipVersionKey"] = ("DeploymentId", "(GlobalVariableExpression)"),
        ["UpdateIAmAlivetimeKey"] = ($"{Member} IAmAliveTime", string.Empty),
        ["InsertMembershipKey"] = ($"{Member} IAmAliveTime SiloName HostName StartTime Status ProxyPort Version", "(VariableReference)"),
        ["UpdateMembershipKey"] = ($"{Member} IAmAliveTime Status SuspectTimes Version", "(VariableReference)"),
        ["DeleteMembershipTableEntriesKey"] = ("DeploymentId", string.Empty),
        ["CleanupDefunctSiloEntriesKey"] = ("DeploymentId IAmAliveTime", string.Empty),
        ["ReadReminderRowsKey"] = ("ServiceId GrainId", "GrainId ReminderName StartTime Period Version"),
        ["ReadRangeRows1Key"] = ("ServiceId BeginHash EndHash", "GrainId ReminderName StartTime Period Version"),
        ["ReadRangeRows2Key"] = ("ServiceId BeginHash EndHash", "GrainId ReminderName StartTime Period Version"),
        ["ReadReminderRowKey"] = (Reminder, "GrainId ReminderName StartTime Period Version"),
        ["UpsertReminderRowKey"] = ($"{Reminder} GrainHash StartTime Period", "Version"),
        ["DeleteReminderRowKey"] = ($"{Reminder} Version", "(GlobalVariableExpression)"),
        ["DeleteReminderRowsKey"] = ("ServiceId", string.Empty),
    };

    [Fact]
    public void Scripts_WhenComparedWithTheEmbeddedEngine_MakeTheSameTablesAndColumns()
    {
        foreach (var scripts in SchemaScripts.Of("sqlite").GroupBy(script => script.Database, script => script.Text))
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            foreach (var table in Read(connection, string.Join('\n', scripts) + "; SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))
            {
                var expected = Read(connection, $"SELECT name FROM pragma_table_info('{table}')");
                var columns = TSql.Tables[$"{scripts.Key}.{table.ToLowerInvariant()}"].Where(column => column.Name != "message_bytes").Select(column => column.Name).ToList();

                // The embedded engine's own numbers of rows are not everywhere a column.
                Assert.Equal(expected.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal), columns.Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void Scripts_WhenTextsOrBytesAreKeys_CompareThemExactlyAndFitAnIndex()
    {
        foreach (var tree in Trees())
        {
            foreach (var table in tree.All<CreateTableStatement>())
            {
                var columns = TSql.Tables[table.SchemaObjectName.Name()].ToDictionary(column => column.Name, StringComparer.Ordinal);
                var keys = table.All<UniqueConstraintDefinition>().Select(key => (key.Clustered ?? key.IsPrimaryKey, Columns: key.Columns.Select(column => column.Column.MultiPartIdentifier.Identifiers[^1].Value.ToLowerInvariant()).ToList()))
                    .Concat(table.Definition.ColumnDefinitions.SelectMany(column => column.Constraints.OfType<UniqueConstraintDefinition>().Select(key => (key.Clustered ?? key.IsPrimaryKey, Columns: new List<string> { column.ColumnIdentifier.Value.ToLowerInvariant() }))))
                    .Where(key => key.Columns.Count > 0).ToList();
                Assert.NotEmpty(keys);
                foreach (var (clustered, names) in keys)
                {
                    Assert.True(names.Sum(name => BytesOf(columns[name].Type)) <= (clustered ? 900 : 1700), $"{table.SchemaObjectName.Name()} ({string.Join(", ", names)})");
                }

                foreach (var column in table.Definition.ColumnDefinitions.Where(column => keys.Exists(key => key.Columns.Contains(column.ColumnIdentifier.Value.ToLowerInvariant()))))
                {
                    Assert.Equal(column.DataType?.Source().StartsWith("nvarchar", StringComparison.OrdinalIgnoreCase) == true, column.Collation?.Value == "Latin1_General_100_BIN2");
                }
            }
        }
    }

    [Fact]
    public void Scripts_WhenRead_HaveNoBatchSeparatorAndNameNoDatabase() => Assert.All(SchemaScripts.Of("sqlserver"), script =>
    {
        Assert.DoesNotContain("\nGO", script.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("USE ", script.Text, StringComparison.Ordinal);
        Assert.Single(((TSqlScript)TSql.Parse(script.Text)).Batches);
    });

    [Fact]
    public void Roles_WhenRead_NameOnlyWhatTheScriptsMake()
    {
        var tree = TSql.Parse(File.ReadAllText(Path.Combine(Root(), "deploy/sql/sqlserver/roles.sql")));

        var named = tree.All<SecurityTargetObject>();
        Assert.NotEmpty(named);
        Assert.All(named, target =>
        {
            var name = string.Join('.', target.ObjectName.MultiPartIdentifier.Identifiers.Select(part => part.Value)).ToLowerInvariant();
            Assert.True(target.ObjectKind == SecurityObjectKind.Schema ? name is "control" or "hot" or "keys" : TSql.Tables.ContainsKey(name) || name.EndsWith(".schema_version", StringComparison.Ordinal) || name == "dbo.orleansquery", name);
        });
    }

    [Theory]
    [InlineData("Orleans.Clustering.AdoNet", "Orleans.Clustering.AdoNet.Storage.DbStoredQueries", 9)]
    [InlineData("Orleans.Reminders.AdoNet", "Orleans.Reminders.AdoNet.Storage.DbStoredQueries", 7)]
    public void Queries_WhenAProviderOfOrleansAsks_AreAllThere(string assembly, string type, int count)
    {
        var needed = Assembly.Load(assembly).GetType(type, throwOnError: true)!.GetProperties(BindingFlags.Instance | BindingFlags.NonPublic).Select(property => property.Name).ToList();

        Assert.Equal(count, needed.Count);
        Assert.Empty(needed.Except(Queries().Keys, StringComparer.Ordinal));
        Assert.Empty(new[] { "WriteToStorageKey", "ReadFromStorageKey", "ClearStorageKey", "DeleteStorageKey" }.Except(Queries().Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Queries_WhenRead_TakeWhatTheProvidersPassAndReturnWhatTheyRead()
    {
        var queries = Queries();
        Assert.Equal(s_contract.Keys.Order(StringComparer.Ordinal), queries.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in queries)
        {
            var tree = TSql.Parse(text);
            var (parameters, columns) = s_contract[key];
            var passed = parameters.Split(' ').Where(name => name is not ("GrainIdHash" or "GrainTypeHash")).Select(name => "@" + name).Order(StringComparer.Ordinal);
            Assert.Equal(passed, tree.Parameters());
            Assert.Equal(columns, string.Join(" | ", tree.Results().Select(names => string.Join(' ', names))));
        }
    }

    [Fact]
    public void Queries_WhenTheyWrite_NameColumnsAndRowsAndAllOrNothing()
    {
        foreach (var tree in Queries().Values.Select(TSql.Parse))
        {
            Assert.All(tree.All<UpdateDeleteSpecificationBase>(), change => Assert.NotNull(change.WhereClause));
            Assert.All(tree.All<NamedTableReference>(), table => Assert.True(TSql.Tables.ContainsKey(table.SchemaObject.Name()), table.SchemaObject.Name()));
            Assert.All(tree.All<TableHint>(), hint => Assert.True(hint.HintKind is TableHintKind.UpdLock or TableHintKind.HoldLock, hint.HintKind.ToString()));
            foreach (var insert in tree.All<InsertSpecification>())
            {
                var needed = TSql.Tables[((NamedTableReference)insert.Target).SchemaObject.Name()].Where(column => column.IsGiven).Select(column => column.Name);
                Assert.Empty(needed.Except(insert.Columns.Select(column => column.MultiPartIdentifier.Identifiers[^1].Value.ToLowerInvariant()), StringComparer.Ordinal));
            }

            var writes = tree.All<DataModificationStatement>().Count;
            Assert.Equal(writes > 0, tree.All<PredicateSetStatement>().Exists(set => set.IsOn && set.Options.HasFlag(SetOptions.XactAbort)));
            Assert.Equal(tree.All<BeginTransactionStatement>().Count, tree.All<CommitTransactionStatement>().Count);
            Assert.True(writes < 2 || tree.All<BeginTransactionStatement>().Count == 1 || tree.All<IfStatement>().Exists(either => either.ElseStatement is not null));
        }
    }

    private static Dictionary<string, string> Queries()
    {
        var tree = TSql.Parse(SchemaScripts.Of("sqlserver")[0].Text);
        var queries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var insert in tree.All<InsertStatement>().Select(statement => statement.InsertSpecification))
        {
            if (insert.InsertSource is ValuesInsertSource values)
            {
                var row = values.RowValues.Single().ColumnValues;
                queries.Add(((StringLiteral)row[0]).Value, ((StringLiteral)row[1]).Value);
            }
            else
            {
                var literals = insert.InsertSource.All<StringLiteral>();
                queries.Add(literals[0].Value, queries[literals[1].Value]);
            }
        }

        return queries;
    }

    private static List<TSqlFragment> Trees() => [.. SchemaScripts.Of("sqlserver").Select(script => TSql.Parse(script.Text))];

    private static int BytesOf(string? type) => type switch
    {
        null or "integer" => 4,
        "bigint" => 8,
        _ when Sized().Match(type) is { Success: true } sized => int.Parse(sized.Groups["length"].Value, CultureInfo.InvariantCulture) * (sized.Groups["type"].Value == "nvarchar" ? 2 : 1),
        _ => throw new InvalidOperationException($"{type} is no type of a key."),
    };

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string> values = [];
        while (reader.Read())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MaskedVerify.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the source tree.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^(?<type>nvarchar|varbinary)\((?<length>\d+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sized();
}
