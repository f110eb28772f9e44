using System.Data.Common;

namespace MaskedVerify.Storage;

/// <summary>Type of an argument.</summary>
internal enum ServerType
{
    /// <summary>A byte string.</summary>
    Bytes,

    /// <summary>64 bits, signed.</summary>
    Int64,

    /// <summary>32 bits, signed.</summary>
    Int32,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>An argument of a statement: a value, or a column with one value per row.</summary>
/// <param name="Name">Name by which an engine may pass it on.</param>
/// <param name="Type">Its type, of each value for a column.</param>
/// <param name="Value">A <see cref="byte"/> array, <see cref="long"/>, <see cref="int"/> or <see cref="string"/>; for a column a list of them, nullable where the statement allows null.</param>
/// <param name="IsColumn">Whether it is a column.</param>
internal readonly record struct ServerArgument(string Name, ServerType Type, object Value, bool IsColumn)
{
    public static ServerArgument Of(string name, long value) => new(name, ServerType.Int64, value, IsColumn: false);

    public static ServerArgument Of(string name, int value) => new(name, ServerType.Int32, value, IsColumn: false);

    public static ServerArgument Of(string name, string value) => new(name, ServerType.Text, value, IsColumn: false);

    public static ServerArgument Of(string name, byte[] value) => new(name, ServerType.Bytes, value, IsColumn: false);

    public static ServerArgument Of(string name, List<long> values) => new(name, ServerType.Int64, values, IsColumn: true);

    public static ServerArgument Of(string name, List<long?> values) => new(name, ServerType.Int64, values, IsColumn: true);

    public static ServerArgument Of(string name, List<int> values) => new(name, ServerType.Int32, values, IsColumn: true);

    public static ServerArgument Of(string name, List<int?> values) => new(name, ServerType.Int32, values, IsColumn: true);

    public static ServerArgument Of(string name, List<string> values) => new(name, ServerType.Text, values, IsColumn: true);

    public static ServerArgument OfNullable(string name, List<string?> values) => new(name, ServerType.Text, values, IsColumn: true);

    public static ServerArgument Of(string name, List<byte[]> values) => new(name, ServerType.Bytes, values, IsColumn: true);

    public static ServerArgument OfNullable(string name, List<byte[]?> values) => new(name, ServerType.Bytes, values, IsColumn: true);
}

/// <summary>One statement with its arguments, on its way to the server.</summary>
/// <param name="statement">Which.</param>
/// <param name="row">Called with each row that it returns; null for a statement that returns nothing.</param>
/// <param name="arguments">In the order of the statement's description.</param>
internal sealed class ServerCall(ServerStatement statement, Action<DbDataReader>? row, params ServerArgument[] arguments)
{
    public ServerStatement Statement { get; } = statement;

    public Action<DbDataReader>? Row { get; } = row;

    public IReadOnlyList<ServerArgument> Arguments { get; } = arguments;

    /// <summary>Rows that it changed, known when the call is done.</summary>
    public int Affected { get; set; }
}
