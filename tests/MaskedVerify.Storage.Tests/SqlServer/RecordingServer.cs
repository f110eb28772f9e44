using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>A statement as it would have gone to the server.</summary>
/// <param name="Call">What was asked; null for a single command.</param>
/// <param name="Text">Its text.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="InTransaction">Whether a transaction was open.</param>
internal sealed record Recorded(ServerCall? Call, string Text, IReadOnlyList<SqlParameter> Parameters, bool InTransaction);

/// <summary>Takes the place of a connection to SQL Server: keeps what is sent and gives prepared answers. Runs no SQL.</summary>
[SuppressMessage("Design", "CA1812", Justification = "Made by tests.")]
internal sealed class RecordingServer : DbDataSource, IServerDialect
{
    private readonly SqlServerDialect _dialect;
    private readonly SqlServerDialect _brief;
    private readonly Dictionary<DbBatchCommand, ServerCall> _calls = [];

    public RecordingServer(string schema = "hot") => (_dialect, _brief) = (new(new SqlServerSql(schema, TimeSpan.FromSeconds(1))), new(new SqlServerSql(schema, TimeSpan.FromMilliseconds(50))));

    public List<Recorded> Sent { get; } = [];

    /// <summary>Rows for a statement that returns some.</summary>
    public Func<ServerCall, IEnumerable<object?[]>> Answer { get; set; } = _ => [];

    /// <summary>Rows for a single command.</summary>
    public Func<string, IEnumerable<object?[]>> AnswerText { get; set; } = _ => [];

    /// <summary>Transactions that were committed.</summary>
    public int Commits { get; set; }

    public override string ConnectionString => string.Empty;

    public string Product => _dialect.Product;

    public ServerDatabase Database => new("hot", "nowhere", this, this) { Brief = new("hot", "nowhere", this, new BriefDialect(this)) };

    public void Fill(DbBatchCommand command, ServerCall call) => Fill(_dialect, command, call);

    public ServerFault Classify(Exception error) => _dialect.Classify(error);

    public bool LeavesCommitUnknown(Exception error) => _dialect.LeavesCommitUnknown(error);

    public string Describe(Exception error) => _dialect.Describe(error);

    protected override DbConnection CreateDbConnection() => new Connection(this);

    private void Fill(SqlServerDialect dialect, DbBatchCommand command, ServerCall call)
    {
        dialect.Fill(command, call);
        _calls[command] = call;
    }

    private DataTableReader Run(Batch batch)
    {
        List<DataTable> tables = [];
        foreach (var command in batch.Commands)
        {
            var call = _calls[command];
            Sent.Add(new Recorded(call, command.CommandText, [.. command.Parameters.Cast<SqlParameter>()], batch.Transaction is not null));
            if (call.Row is not null)
            {
                tables.Add(Table(Answer(call)));
            }
        }

        return new DataTableReader(tables.Count == 0 ? [new DataTable()] : [.. tables]);
    }

    private DataTableReader Run(Command command)
    {
        Sent.Add(new Recorded(null, command.CommandText, [.. command.Parameters.Cast<SqlParameter>()], command.Transaction is not null));
        return new DataTableReader(Table(AnswerText(command.CommandText)));
    }

    private static DataTable Table(IEnumerable<object?[]> rows)
    {
        var table = new DataTable();
        foreach (var row in rows)
        {
            while (table.Columns.Count < row.Length)
            {
                table.Columns.Add(null, typeof(object));
            }

            table.Rows.Add(row);
        }

        return table;
    }

    /// <summary>Texts with a short lock timeout.</summary>
    private sealed class BriefDialect(RecordingServer server) : IServerDialect
    {
        public string Product => server.Product;

        public void Fill(DbBatchCommand command, ServerCall call) => server.Fill(server._brief, command, call);

        public ServerFault Classify(Exception error) => server.Classify(error);

        public bool LeavesCommitUnknown(Exception error) => server.LeavesCommitUnknown(error);

        public string Describe(Exception error) => server.Describe(error);
    }

    private sealed class Connection(RecordingServer server) : DbConnection
    {
        private ConnectionState _state;

        [AllowNull]
        public override string ConnectionString { get; set; } = string.Empty;

        public override string Database => string.Empty;

        public override string DataSource => string.Empty;

        public override string ServerVersion => string.Empty;

        public override ConnectionState State => _state;

        public override bool CanCreateBatch => true;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Close() => _state = ConnectionState.Closed;

        public override void Open() => _state = ConnectionState.Open;

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new Transaction(server, this, isolationLevel);

        protected override DbCommand CreateDbCommand() => new Command(server);

        protected override DbBatch CreateDbBatch() => new Batch(server);
    }

    private sealed class Transaction(RecordingServer server, DbConnection connection, IsolationLevel level) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => level;

        protected override DbConnection DbConnection => connection;

        public override void Commit() => server.Commits++;

        public override void Rollback()
        {
        }
    }

    private sealed class Batch(RecordingServer server) : DbBatch
    {
        private readonly CommandList _commands = [];

        public List<DbBatchCommand> Commands => _commands.Items;

        public override int Timeout { get; set; }

        protected override DbBatchCommandCollection DbBatchCommands => _commands;

        protected override DbConnection? DbConnection { get; set; }

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery() => throw new NotSupportedException();

        public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override object ExecuteScalar() => throw new NotSupportedException();

        public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        protected override DbBatchCommand CreateDbBatchCommand() => new SqlBatchCommand();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => server.Run(this);

        protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) => Task.FromResult<DbDataReader>(server.Run(this));
    }

    private sealed class CommandList : DbBatchCommandCollection
    {
        public List<DbBatchCommand> Items { get; } = [];

        public override int Count => Items.Count;

        public override bool IsReadOnly => false;

        public override void Add(DbBatchCommand item) => Items.Add(item);

        public override void Clear() => Items.Clear();

        public override bool Contains(DbBatchCommand item) => Items.Contains(item);

        public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

        public override IEnumerator<DbBatchCommand> GetEnumerator() => Items.GetEnumerator();

        public override int IndexOf(DbBatchCommand item) => Items.IndexOf(item);

        public override void Insert(int index, DbBatchCommand item) => Items.Insert(index, item);

        public override bool Remove(DbBatchCommand item) => Items.Remove(item);

        public override void RemoveAt(int index) => Items.RemoveAt(index);

        protected override DbBatchCommand GetBatchCommand(int index) => Items[index];

        protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => Items[index] = batchCommand;
    }

    private sealed class Command(RecordingServer server) : DbCommand
    {
        private readonly SqlCommand _parameters = new();

        [AllowNull]
        public override string CommandText { get; set; } = string.Empty;

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => _parameters.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            server.Run(this).Dispose();
            return 0;
        }

        public override object ExecuteScalar() => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => new SqlParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => server.Run(this);

        protected override void Dispose(bool disposing)
        {
            _parameters.Dispose();
            base.Dispose(disposing);
        }
    }
}
