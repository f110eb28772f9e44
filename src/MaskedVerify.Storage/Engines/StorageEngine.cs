namespace MaskedVerify.Storage;

/// <summary>The database product that holds everything. Fixed for the life of an installation.</summary>
public enum StorageEngine
{
    /// <summary>Files in the data folder, one process. The default.</summary>
    Sqlite = 0,

    /// <summary>A PostgreSQL server, version 15 or newer, for any number of silos.</summary>
    Postgres = 1,

    /// <summary>A SQL Server, version 2019 or newer, for any number of silos.</summary>
    SqlServer = 2,
}
