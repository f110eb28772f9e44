using System.Data.Common;

namespace MaskedVerify.Storage;

/// <summary>What a failure means for a transaction.</summary>
internal enum ServerFault
{
    /// <summary>A deadlock, a serialisation failure or a lock held for too long: running the transaction again may help.</summary>
    Busy,

    /// <summary>The server does not take one of the rows.</summary>
    RowRefused,

    /// <summary>The connection is gone or could not be made.</summary>
    ConnectionLost,

    /// <summary>The server is there and cannot do it: a full disk, a read-only database, a missing permission, a statement that took too long.</summary>
    Unavailable,
}

/// <summary>The product's half of a server engine: texts, parameters, errors. Stateless.</summary>
internal interface IServerDialect
{
    /// <summary>Name for operators: PostgreSQL, SQL Server.</summary>
    string Product { get; }

    /// <summary>Text and parameters of a call.</summary>
    void Fill(DbBatchCommand command, ServerCall call);

    /// <summary>What an exception of the driver means.</summary>
    ServerFault Classify(Exception error);

    /// <summary>Whether after this exception of a COMMIT nobody knows if the server did it. False: the server said that it did not.</summary>
    bool LeavesCommitUnknown(Exception error);

    /// <summary>What is wrong and what to do, in half a sentence that follows the database's name. Without data and passwords.</summary>
    string Describe(Exception error);
}
