using System.Data;
using System.Data.Common;

namespace MaskedVerify.Storage;

/// <summary>A connection that is kept for one writer or borrowed for one read. Used by one caller at a time.</summary>
internal sealed class ServerSession(ServerDatabase database) : IAsyncDisposable
{
    private DbConnection? _connection;
    private DbTransaction? _transaction;

    /// <summary>Rows changed since <see cref="BeginAsync"/>.</summary>
    public long Rows { get; private set; }

    /// <summary>Begins a transaction, over a new connection if there is none.</summary>
    public async ValueTask BeginAsync()
    {
        Rows = 0;
        var connection = await OpenAsync(CancellationToken.None);
        _transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
    }

    /// <summary>Runs the calls in one round trip, in their order.</summary>
    public async ValueTask RunAsync(IReadOnlyList<ServerCall> calls, CancellationToken cancellationToken = default)
    {
        if (calls.Count == 0)
        {
            return;
        }

        var connection = await OpenAsync(cancellationToken);
        await using var batch = connection.CreateBatch();
        batch.Transaction = _transaction;
        foreach (var call in calls)
        {
            var command = batch.CreateBatchCommand();
            database.Dialect.Fill(command, call);
            batch.BatchCommands.Add(command);
        }

        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await ReadAsync(reader, calls, cancellationToken);
        }

        for (var i = 0; i < calls.Count; i++)
        {
            calls[i].Affected = Math.Max(0, batch.BatchCommands[i].RecordsAffected);
            Rows += calls[i].Affected;
        }
    }

    /// <summary>Makes the transaction durable. The only moment at which a lost connection leaves it unknown.</summary>
    public async ValueTask CommitAsync()
    {
        var transaction = _transaction ?? throw new InvalidOperationException("There is no transaction.");
        await transaction.CommitAsync(CancellationToken.None);
        _transaction = null;
        await transaction.DisposeAsync();
    }

    /// <summary>Undoes the open transaction; closes the connection if that fails.</summary>
    public async ValueTask RollbackAsync()
    {
        if (_transaction is not { } transaction)
        {
            return;
        }

        _transaction = null;
        try
        {
            await transaction.RollbackAsync(CancellationToken.None);
            await transaction.DisposeAsync();
        }
        catch (Exception)
        {
            // What led here matters, not this; without its connection the transaction is undone by the server.
            await CloseAsync();
        }
    }

    /// <summary>Gives the connection up; the server undoes what is open.</summary>
    public async ValueTask CloseAsync()
    {
        var connection = _connection;
        _connection = null;
        _transaction = null;
        try
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
        catch (Exception)
        {
            // A broken connection may complain while it goes.
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private static async ValueTask ReadAsync(DbDataReader reader, IReadOnlyList<ServerCall> calls, CancellationToken cancellationToken)
    {
        // Drivers show only the results of statements that return rows.
        var first = true;
        foreach (var call in calls)
        {
            if (call.Row is not { } row)
            {
                continue;
            }

            if (!first && !await reader.NextResultAsync(cancellationToken))
            {
                throw new InvalidOperationException($"The statement {call.Statement} returned no result.");
            }

            first = false;
            while (await reader.ReadAsync(cancellationToken))
            {
                row(reader);
            }
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
            // To the end, so that an error of a later statement shows.
        }
    }

    private async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { State: ConnectionState.Open } open)
        {
            return open;
        }

        await CloseAsync();
        return _connection = await database.Source.OpenConnectionAsync(cancellationToken);
    }
}
