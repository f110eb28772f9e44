using System.Text.Json;
using CsCheck;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage.Tests.SqlServer;

public sealed class SqlServerJsonTests
{
    private static readonly string[] s_hard = ["", " ", "a ", "\0", "\u0001\u001f\u007f", "\"\\/\b\f\n\r\t", "é漢😀", "<script>&'", "\uFFFD\uFEFF"];

    private static readonly Gen<(byte[]? Bytes, string? Text, long? Long, int? Int)> s_row = Gen.Select(
        Gen.Byte.Array[0, 90].Null(0.2), Texts().Null(0.2), Gen.Long.Nullable(0.2), Gen.Int.Nullable(0.2), (bytes, text, number, small) => (bytes, text, number, small));

    [Fact]
    public void Encode_WhenRowsHaveEveryType_IsAsWrittenDown() => Assert.Equal(
        """[["AP8=","a\u0022b\\c\u00E9\uD83D\uDE00\u0000",-9223372036854775808,null,0],[null,null,null,-2147483648,1]]""",
        SqlServerJson.Encode(Columns([([0, 255], "a\"b\\cé😀\0", long.MinValue, null), (null, null, null, int.MinValue)])));

    [Fact]
    public void Encode_WhenReadBackByAnotherReader_IsTheSame() => s_row.Array[1, 20].Sample(rows =>
    {
        using var document = JsonDocument.Parse(SqlServerJson.Encode(Columns(rows)));
        var read = document.RootElement.EnumerateArray().Select((row, n) =>
        {
            Assert.Equal(5, row.GetArrayLength());
            Assert.Equal(n, row[4].GetInt32());
            return (
                row[0].ValueKind == JsonValueKind.Null ? null : row[0].GetBytesFromBase64(), row[1].GetString(),
                row[2].ValueKind == JsonValueKind.Null ? (long?)null : row[2].GetInt64(), row[3].ValueKind == JsonValueKind.Null ? (int?)null : row[3].GetInt32());
        }).ToArray();
        Assert.Equal(rows.Length, read.Length);
        Assert.All(rows.Zip(read), pair =>
        {
            Assert.Equal(pair.First.Bytes, pair.Second.Item1);
            Assert.Equal((pair.First.Text, pair.First.Long, pair.First.Int), (pair.Second.Item2, pair.Second.Item3, pair.Second.Item4));
        });
    });

    [Fact]
    public void Encode_WhenADatabaseOpensIt_FindsEachValueUnderItsPath()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        s_row.Where(row => row.Text?.Contains('\0', StringComparison.Ordinal) != true).Array[1, 10].Sample(rows =>
        {
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT value ->> '$[0]', value ->> '$[1]', value ->> '$[2]', value ->> '$[3]', value ->> '$[4]' FROM json_each($rows) ORDER BY key";
            select.Parameters.AddWithValue("$rows", SqlServerJson.Encode(Columns(rows)));
            using var reader = select.ExecuteReader();
            for (var n = 0; n < rows.Length; n++)
            {
                Assert.True(reader.Read());
                Assert.Equal(rows[n].Bytes, reader.IsDBNull(0) ? null : Convert.FromBase64String(reader.GetString(0)));
                Assert.Equal(rows[n].Text, reader.IsDBNull(1) ? null : reader.GetString(1));
                Assert.Equal(rows[n].Long, reader.IsDBNull(2) ? null : reader.GetInt64(2));
                Assert.Equal(rows[n].Int, reader.IsDBNull(3) ? null : reader.GetInt32(3));
                Assert.Equal(n, reader.GetInt32(4));
            }

            Assert.False(reader.Read());
        });
    }

    [Theory]
    [InlineData(0xd83d)]
    [InlineData(0xde00, 0xd83d)]
    [InlineData(0x61, 0xd83d, 0x62)]
    public void Encode_WhenATextIsNoUnicode_Refuses(params int[] characters) =>
        Assert.Throws<ArgumentException>(() => SqlServerJson.Encode([ServerArgument.Of("name", new List<string> { string.Concat(characters.Select(character => (char)character)) })]));

    [Fact]
    public void Encode_WhenColumnsHaveDifferentLengths_Refuses() =>
        Assert.Throws<ArgumentException>(() => SqlServerJson.Encode([ServerArgument.Of("a", new List<int> { 1 }), ServerArgument.Of("b", new List<int> { 1, 2 })]));

    private static List<ServerArgument> Columns((byte[]? Bytes, string? Text, long? Long, int? Int)[] rows) =>
    [
        ServerArgument.OfNullable("bytes", rows.Select(row => row.Bytes).ToList()),
        ServerArgument.OfNullable("text", rows.Select(row => row.Text).ToList()),
        ServerArgument.Of("long", rows.Select(row => row.Long).ToList()),
        ServerArgument.Of("int", rows.Select(row => row.Int).ToList()),
    ];

    private static Gen<string> Texts() => Gen.OneOf(Gen.String.AlphaNumeric, Gen.Int[0, s_hard.Length - 1].Select(n => s_hard[n]));
}
