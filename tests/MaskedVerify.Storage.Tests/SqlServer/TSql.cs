using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>A column as a script makes it.</summary>
/// <param name="Type">Its type in lower case, with its length; null for a computed one.</param>
/// <param name="IsGiven">Whether an insert must name it.</param>
internal sealed record TableColumn(string Name, string? Type, bool IsGiven);

/// <summary>Transact-SQL as Microsoft's own grammar reads it.</summary>
internal static class TSql
{
    private static readonly Lazy<Dictionary<string, List<TableColumn>>> s_tables = new(() => ReadTables(SchemaScripts.Of("sqlserver")));

    /// <summary>Tables of all scripts, <c>schema.table</c> in lower case.</summary>
    public static IReadOnlyDictionary<string, List<TableColumn>> Tables => s_tables.Value;

    /// <summary>The tree, which both SQL Server 2019 and the newest one read without a mistake.</summary>
    public static TSqlFragment Parse(string text)
    {
        Read(new TSql170Parser(initialQuotedIdentifiers: true), text);
        return Read(new TSql150Parser(initialQuotedIdentifiers: true), text);
    }

    /// <summary>Every node of a kind.</summary>
    public static List<T> All<T>(this TSqlFragment tree)
        where T : TSqlFragment
    {
        var visitor = new Collector<T>();
        tree.Accept(visitor);
        return visitor.Found;
    }

    /// <summary>Variables that a text uses but does not declare.</summary>
    public static IReadOnlyList<string> Parameters(this TSqlFragment tree)
    {
        var declared = tree.All<DeclareVariableElement>().Select(variable => variable.VariableName.Value)
            .Concat(tree.All<DeclareTableVariableBody>().Select(table => table.VariableName.Value)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = tree.All<ExecuteParameter>().Select(parameter => parameter.Variable).Where(variable => variable is not null).ToHashSet();
        return
        [
            .. tree.All<VariableReference>().Where(variable => !named.Contains(variable)).Select(variable => variable.Name)
                .Where(name => !declared.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary><c>schema.table</c> in lower case.</summary>
    public static string Name(this SchemaObjectName name) => $"{name.SchemaIdentifier?.Value ?? "?"}.{name.BaseIdentifier.Value}".ToLowerInvariant();

    public static string Source(this TSqlFragment node) =>
        string.Concat(node.ScriptTokenStream.Skip(node.FirstTokenIndex).Take(node.LastTokenIndex - node.FirstTokenIndex + 1).Select(token => token.Text));

    /// <summary>Names of the columns that come back, one list per result set.</summary>
    public static List<List<string>> Results(this TSqlFragment tree)
    {
        List<List<string>> results = [];
        results.AddRange(tree.All<OutputClause>().Select(output => Names(output.SelectColumns)));
        results.AddRange(tree.All<SelectStatement>().Select(select => Names(((QuerySpecification)select.QueryExpression).SelectElements)).Where(names => names.Count > 0));
        return results;
    }

    private static List<string> Names(IEnumerable<SelectElement> elements) =>
    [
        .. elements.OfType<SelectScalarExpression>().Select(element => element.ColumnName?.Value
            ?? (element.Expression as ColumnReferenceExpression)?.MultiPartIdentifier.Identifiers[^1].Value ?? "(" + element.Expression.GetType().Name + ")"),
    ];

    private static TSqlFragment Read(TSqlParser parser, string text)
    {
        using var reader = new StringReader(text);
        var tree = parser.Parse(reader, out var errors);
        Assert.True(errors.Count == 0, $"{string.Join("; ", errors.Select(error => $"{error.Line}:{error.Column} {error.Message}"))}\n{text}");
        return tree;
    }

    private static Dictionary<string, List<TableColumn>> ReadTables(IEnumerable<SchemaScript> scripts)
    {
        var trees = scripts.Select(script => Parse(script.Text)).ToList();
        var tables = trees.SelectMany(tree => tree.All<CreateTableStatement>()).ToDictionary(
            table => table.SchemaObjectName.Name(),
            table => table.Definition.ColumnDefinitions.Select(ReadColumn).ToList(),
            StringComparer.Ordinal);
        foreach (var change in trees.SelectMany(tree => tree.All<AlterTableAddTableElementStatement>()))
        {
            tables[change.SchemaObjectName.Name()].AddRange(change.Definition.ColumnDefinitions.Select(ReadColumn));
        }

        return tables;
    }

    private static TableColumn ReadColumn(ColumnDefinition column)
    {
        var nullable = column.Constraints.OfType<NullableConstraintDefinition>().SingleOrDefault();
        var computed = column.ComputedColumnExpression is not null;
        Assert.True(nullable is not null, $"{column.ColumnIdentifier.Value} does not say NULL or NOT NULL.");
        return new TableColumn(
            column.ColumnIdentifier.Value.ToLowerInvariant(),
            computed ? null : column.DataType.Source().ToLowerInvariant(),
            !computed && !nullable.Nullable && column.IdentityOptions is null && column.DefaultConstraint is null
                && !column.Constraints.OfType<DefaultConstraintDefinition>().Any());
    }

    private sealed class Collector<T> : TSqlFragmentVisitor
        where T : TSqlFragment
    {
        public List<T> Found { get; } = [];

        public override void Visit(TSqlFragment fragment)
        {
            if (fragment is T found)
            {
                Found.Add(found);
            }
        }
    }
}
