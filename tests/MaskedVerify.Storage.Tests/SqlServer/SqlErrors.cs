using System.Reflection;
using Microsoft.Data.SqlClient;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>Exceptions as the driver makes them of the server's errors; it has no public way.</summary>
internal static class SqlErrors
{
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static SqlException Of(int number, byte errorClass = 16, string message = "secret text")
    {
        var error = typeof(SqlError).GetConstructors(Hidden).Single(made => made.GetParameters().Length == 8 && made.GetParameters()[^2].ParameterType == typeof(int) && made.GetParameters()[6].ParameterType == typeof(int) && made.GetParameters().Length == 8)
            .Invoke([number, (byte)1, errorClass, "server", message, "procedure", 1, null]);
        var errors = typeof(SqlErrorCollection).GetConstructors(Hidden).Single().Invoke([]);
        typeof(SqlErrorCollection).GetMethod("Add", Hidden)!.Invoke(errors, [error]);
        return (SqlException)typeof(SqlException).GetMethod("CreateException", Hidden, [typeof(SqlErrorCollection), typeof(string)])!.Invoke(null, [errors, "16.0"])!;
    }
}
