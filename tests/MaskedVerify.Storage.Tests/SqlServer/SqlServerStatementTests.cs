using MaskedVerify.Domain;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The texts of all statements, as the stores send them, read by Microsoft's grammar and held against the tables of the scripts.</summary>
public sealed class SqlServerStatementTests
{
    /// <summary>What each statement must return, from the description of <see cref="ServerStatement"/>; what is not here returns nothing.</summary>
    private static readonly Dictionary<ServerStatement, string> s_results = new()
    {
        [ServerStatement.FindTables] = "id, name",
        [ServerStatement.AddUniqueKeys] = "key",
        [ServerStatement.UpdateStates] = "n",
        [ServerStatement.InsertStates] = "table_id, key",
        [ServerStatement.DeleteStates] = "n",
        [ServerStatement.FindExisting] = "n",
        [ServerStatement.AddReceipts] = "carrier, message_id",
        [ServerStatement.AddLate] = "verification",
        [ServerStatement.FindCapped] = "n",
        [ServerStatement.LockReceipts] = "carrier, message_id, verification, alias_tag, attempt, state, reason, at, applied, expires_at, submitted_at, waiting_state, waiting_reason, waiting_at, other_ids",
        [ServerStatement.FindMaps] = "message_id, verification, alias_tag, attempt, submitted_at, expires_at",
        [ServerStatement.TransactionName] = "(ConvertCall)",
        [ServerStatement.TransactionOutcome] = "(SearchedCaseExpression)",
        [ServerStatement.ReadStates] = "n, version, payload",
        [ServerStatement.ReadUniqueKeys] = "key, fingerprint, answer, expires_at",
        [ServerStatement.ReadOutcomes] = "verification, alias_tag, payload, expires_at, late",
        [ServerStatement.ReadGuards] = "n, (SearchedCaseExpression), (SearchedCaseExpression)",
        [ServerStatement.AnyDue] = "(IntegerLiteral)",
        [ServerStatement.ClaimDues] = "verification, alias_tag, due_at",
        [ServerStatement.FindUnapplied] = "carrier, message_id, state, reason, at, expires_at, verification, alias_tag, attempt, other_ids",
        [ServerStatement.LockAudits] = "newest",
        [ServerStatement.MoveAudits] = "(FunctionCall)",
        [ServerStatement.ReadAuditBacklog] = "(FunctionCall), (ScalarSubquery)",
        [ServerStatement.FindAliases] = "index_key, alias",
        [ServerStatement.DropSubjects] = "alias",
        [ServerStatement.DropAliases] = "alias",
        [ServerStatement.ReadSubjects] = "alias, version, wrapped",
        [ServerStatement.FindUnseen] = "tenant, alias",
        [ServerStatement.ReadNamedKeys] = "n, version, wrapped",
    };

    [Fact]
    public async Task Stores_WhenDrivenThroughAll_SendEveryStatement()
    {
        var sent = await SentStatements.AllAsync();

        Assert.Equal(Enum.GetValues<ServerStatement>().Order(), sent.Select(statement => statement.Call!.Statement).Distinct().Order());
    }

    [Fact]
    public async Task Text_WhenSent_IsReadByBothGrammarsAndReturnsWhatTheReaderExpects()
    {
        foreach (var sent in await SentStatements.AllAsync())
        {
            var statement = sent.Call!.Statement;
            var results = TSql.Parse(sent.Text).Results();
            Assert.Equal(sent.Call.Row is null ? 0 : 1, results.Count);
            Assert.True(s_results.GetValueOrDefault(statement, string.Empty) == string.Join(", ", results.SelectMany(names => names)), $"{statement}: {string.Join(", ", results.SelectMany(names => names))}");
        }
    }

    [Fact]
    public async Task Text_WhenSent_UsesEveryParameterAndNoOther()
    {
        foreach (var sent in await SentStatements.AllAsync())
        {
            Assert.Equal(sent.Parameters.Select(parameter => parameter.ParameterName).Order(StringComparer.Ordinal), TSql.Parse(sent.Text).Parameters());
        }
    }

    [Fact]
    public async Task Text_WhenItOpensRows_TakesEachColumnFromItsPlaceAndInItsType()
    {
        foreach (var sent in await SentStatements.AllAsync())
        {
            var columns = sent.Call!.Arguments.Where(argument => argument.IsColumn).ToList();
            var opened = TSql.Parse(sent.Text).All<OpenJsonTableReference>();
            Assert.Equal(columns.Count > 0, opened.Count > 0);
            foreach (var rows in opened)
            {
                var declared = rows.SchemaDeclarationItems.Select(item => (
                    Name: item.ColumnDefinition.ColumnIdentifier.Value, Type: item.ColumnDefinition.DataType.Source(), Path: ((StringLiteral)item.Mapping).Value)).ToList();
                Assert.Equal(Enumerable.Range(0, declared.Count).Select(n => $"$[{n}]"), declared.Select(column => column.Path));
                if (sent.Call.Statement == ServerStatement.AddAudits)
                {
                    Assert.Equal("row_number", declared[^1].Name);
                    declared.RemoveAt(declared.Count - 1);
                }

                Assert.Equal(columns.Select(column => column.Name), declared.Select(column => column.Name));
                Assert.All(columns.Zip(declared), pair => Assert.StartsWith(
                    pair.First.Type switch { ServerType.Bytes => "varbinary(", ServerType.Int64 => "bigint", ServerType.Int32 => "int", _ => "nvarchar(" }, pair.Second.Type, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Text_WhenItComparesTexts_ChoosesTheCollation()
    {
        var compared = 0;
        foreach (var tree in await TreesAsync())
        {
            var texts = tree.All<OpenJsonTableReference>().SelectMany(rows => rows.SchemaDeclarationItems)
                .Where(item => item.ColumnDefinition.DataType.Source().StartsWith("nvarchar", StringComparison.Ordinal))
                .Select(item => item.ColumnDefinition.ColumnIdentifier.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var side in tree.All<BooleanComparisonExpression>().SelectMany(comparison => new[] { comparison.FirstExpression, comparison.SecondExpression })
                .OfType<ColumnReferenceExpression>().Where(column => column.MultiPartIdentifier.Identifiers is [{ Value: "u" }, var name] && texts.Contains(name.Value)))
            {
                compared++;
                Assert.Equal("Latin1_General_100_BIN2", side.Collation?.Value);
            }
        }

        Assert.True(compared > 8);
    }

    [Fact]
    public async Task Text_WhenItNamesTablesAndColumns_TheScriptsMakeThem()
    {
        foreach (var tree in await TreesAsync())
        {
            var own = tree.All<CommonTableExpression>().Select(table => "?." + table.ExpressionName.Value).ToHashSet(StringComparer.Ordinal);
            var tables = tree.All<NamedTableReference>();
            var aliases = tables.Where(table => table.Alias is not null).Select(table => (table.Alias.Value, Table: table.SchemaObject.Name())).Distinct().ToDictionary(pair => pair.Value, pair => pair.Table, StringComparer.Ordinal);
            Assert.All(tables.Select(table => table.SchemaObject.Name()).Where(name => !own.Contains(name) && !aliases.ContainsKey(name[2..])), name => Assert.Contains(name, TSql.Tables.Keys));
            foreach (var (alias, column) in tree.All<ColumnReferenceExpression>().Where(column => column.MultiPartIdentifier?.Identifiers.Count == 2)
                .Select(column => (column.MultiPartIdentifier.Identifiers[0].Value, column.MultiPartIdentifier.Identifiers[1].Value)))
            {
                if (aliases.TryGetValue(alias, out var table))
                {
                    Assert.Contains(column, TSql.Tables[table].Select(known => known.Name));
                }
                else if (alias == "m")
                {
                    Assert.Contains(column, tree.All<DeclareTableVariableBody>().Single().Definition.ColumnDefinitions.Select(known => known.ColumnIdentifier.Value));
                }
                else if (alias == "u")
                {
                    Assert.Contains(column, tree.All<OpenJsonTableReference>().SelectMany(rows => rows.SchemaDeclarationItems).Select(item => item.ColumnDefinition.ColumnIdentifier.Value));
                }
                else if (tree.All<QueryDerivedTable>().FirstOrDefault(inner => inner.Alias.Value == alias) is { QueryExpression: QuerySpecification query })
                {
                    Assert.Contains(column, query.SelectElements.OfType<SelectScalarExpression>().Select(element => element.ColumnName?.Value));
                }
                else
                {
                    Assert.True(alias is "inserted" or "deleted", alias);
                }
            }
        }
    }

    [Fact]
    public async Task Text_WhenItInserts_NamesEveryColumnThatMustBeGivenAndLooksFirst()
    {
        foreach (var sent in await SentStatements.AllAsync())
        {
            foreach (var insert in TSql.Parse(sent.Text).All<InsertStatement>().Select(insert => insert.InsertSpecification))
            {
                var table = ((NamedTableReference)insert.Target).SchemaObject.Name();
                var named = insert.Columns.Select(column => column.MultiPartIdentifier.Identifiers[^1].Value).ToList();
                Assert.Empty(named.Except(TSql.Tables[table].Select(column => column.Name), StringComparer.Ordinal));
                Assert.Empty(TSql.Tables[table].Where(column => column.IsGiven).Select(column => column.Name).Except(named, StringComparer.Ordinal));
                if (insert.InsertSource is SelectInsertSource { Select: QuerySpecification select })
                {
                    Assert.Equal(named.Count, select.SelectElements.Count);
                    if (sent.Call!.Statement is not (ServerStatement.AddAudits or ServerStatement.MoveAudits))
                    {
                        var looked = select.WhereClause.All<ExistsPredicate>().Single().All<NamedTableReference>().Single();
                        Assert.Equal(table, looked.SchemaObject.Name());
                        Assert.Contains(TableHintKind.UpdLock, looked.TableHints.Select(hint => hint.HintKind));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Text_WhenItChangesOrDeletes_SaysWhichRows()
    {
        foreach (var tree in await TreesAsync())
        {
            foreach (var change in tree.All<UpdateDeleteSpecificationBase>())
            {
                Assert.True(change.WhereClause is not null || change.FromClause?.All<QualifiedJoin>().Count > 0, change.Source());
            }
        }
    }

    [Fact]
    public async Task Text_WhenItHintsAtLocks_NeverReadsWhatIsNotCommittedSkipsOnlyUnderLocksAndLocksNoRange()
    {
        foreach (var tree in await TreesAsync())
        {
            foreach (var hints in tree.All<NamedTableReference>().Select(table => table.TableHints.Select(hint => hint.HintKind).ToList()))
            {
                Assert.DoesNotContain(TableHintKind.NoLock, hints);
                Assert.DoesNotContain(TableHintKind.ReadUncommitted, hints);
                Assert.DoesNotContain(TableHintKind.HoldLock, hints);
                Assert.DoesNotContain(TableHintKind.Serializable, hints);
                Assert.Equal(hints.Contains(TableHintKind.ReadPast), hints.Contains(TableHintKind.ReadPast) && hints.Contains(TableHintKind.ReadCommittedLock));
            }
        }
    }

    [Fact]
    public async Task Text_WhenItJoinsTheRowsOfABatch_KeepsTheirOrder()
    {
        foreach (var tree in await TreesAsync())
        {
            foreach (var join in tree.All<QualifiedJoin>())
            {
                Assert.True(join.FirstTableReference is OpenJsonTableReference or QualifiedJoin, join.Source());
            }

            foreach (var statement in tree.All<StatementWithCtesAndXmlNamespaces>().Where(statement => statement.All<QualifiedJoin>().Count > 0))
            {
                var hints = statement.OptimizerHints.Select(hint => hint.HintKind).ToList();
                Assert.Contains(OptimizerHintKind.ForceOrder, hints);
                Assert.Contains(OptimizerHintKind.LoopJoin, hints);
            }
        }
    }

    [Fact]
    public async Task Text_WhenItWritesForABatch_RefusesToRunWithoutItsTransaction()
    {
        foreach (var sent in await SentStatements.AllAsync())
        {
            var tree = TSql.Parse(sent.Text);
            var writes = tree.All<DataModificationStatement>().Count > 0;
            if (sent.InTransaction && writes)
            {
                Assert.Equal($"IF @@TRANCOUNT = 0 THROW {SqlServerSql.TransactionGone}, N'The transaction is gone.', 1;", Assert.Single(tree.All<IfStatement>()).Source());
            }
            else if (!sent.InTransaction)
            {
                Assert.Empty(tree.All<IfStatement>());
            }

            var settings = ((TSqlScript)tree).Batches.Single().Statements.Take(2).Select(statement => statement.Source()).ToList();
            Assert.Equal(["SET XACT_ABORT ON;", "SET LOCK_TIMEOUT 1000;"], settings);
        }
    }

    [Fact]
    public async Task Stores_WhenEverythingIsWritten_CommitOncePerBatch()
    {
        var server = new RecordingServer { Answer = SentStatements.Everything };
        await using var store = SentStatements.HotStore(server, out _);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await store.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], [])));
        Assert.Equal(1, server.Commits);
        server.Answer = call => call.Statement == ServerStatement.UpdateStates ? [] : SentStatements.Everything(call);
        Assert.Equal(CommitStatus.VersionConflict, (await store.CommitAsync(new HotCommit("sample", "pa-1", 1, [1], []))).Status);
    }

    private static async Task<List<TSqlFragment>> TreesAsync() =>
        [.. (await SentStatements.AllAsync()).Select(sent => sent.Text).Distinct(StringComparer.Ordinal).Select(TSql.Parse)];
}
