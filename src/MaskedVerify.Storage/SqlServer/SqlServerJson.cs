using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MaskedVerify.Storage;

/// <summary>
/// The columns of a call as the one JSON text that <c>OPENJSON</c> opens: an array of rows, each an array of its values in the order of the arguments and of
/// its own number, from 0. Byte strings are base64, integers numbers, null is null. Pure ASCII.
/// </summary>
internal static class SqlServerJson
{
    // Texts go through a column of nvarchar, where JSON's own escapes are all that is needed.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.Default, SkipValidation = true };

    /// <exception cref="ArgumentException">Columns have different lengths, or a text is not Unicode.</exception>
    public static string Encode(IReadOnlyList<ServerArgument> columns)
    {
        var counts = columns.Select(Count).Distinct().ToList();
        if (counts.Count != 1)
        {
            throw new ArgumentException("The columns of a call have one length.", nameof(columns));
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, s_options);
        writer.WriteStartArray();
        for (var row = 0; row < counts[0]; row++)
        {
            writer.WriteStartArray();
            for (var column = 0; column < columns.Count; column++)
            {
                Write(writer, columns[column].Value, row);
            }

            writer.WriteNumberValue(row);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.Flush();
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    private static int Count(ServerArgument column) => column.Value is System.Collections.ICollection values
        ? values.Count
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The argument {column.Name} is no column."), nameof(column));

    private static void Write(Utf8JsonWriter writer, object column, int row)
    {
        switch (column)
        {
            case List<byte[]> bytes:
                Write(writer, bytes[row]);
                break;
            case List<string> texts:
                Write(writer, texts[row]);
                break;
            case List<long> numbers:
                writer.WriteNumberValue(numbers[row]);
                break;
            case List<int> numbers:
                writer.WriteNumberValue(numbers[row]);
                break;
            case List<long?> numbers:
                Write(writer, numbers[row]);
                break;
            case List<int?> numbers:
                Write(writer, numbers[row]);
                break;
            default:
                throw new ArgumentException("A column is a list of bytes, texts or integers.", nameof(column));
        }
    }

    private static void Write(Utf8JsonWriter writer, byte[]? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteBase64StringValue(value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string? value)
    {
        // The writer would put a replacement character in the place of half a character, and two keys could become one.
        if (value is not null && !IsUnicode(value))
        {
            throw new ArgumentException("A text is not Unicode.", nameof(value));
        }

        writer.WriteStringValue(value);
    }

    private static void Write(Utf8JsonWriter writer, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static bool IsUnicode(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]) && !(i + 1 < value.Length && char.IsSurrogatePair(value[i], value[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
