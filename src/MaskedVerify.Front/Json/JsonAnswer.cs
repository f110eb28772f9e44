using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MaskedVerify.Front.Json;

/// <summary>Writes JSON answers with a known length, through one buffer per thread.</summary>
internal static class JsonAnswer
{
    /// <summary>Media type of every successful answer.</summary>
    public const string MediaType = "application/json";

    // Quotes and letters of all scripts stay readable; answers are never part of a page (nosniff, and a content policy that allows nothing).
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <summary>Answers with a status and a body.</summary>
    public static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type, string mediaType = MediaType)
    {
        return WriteBytesAsync(context, status, Serialize(value, type), mediaType);
    }

    /// <summary>The bytes of a value; they belong to this thread until its next call.</summary>
    public static ReadOnlySpan<byte> Serialize<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(2048);
        var writer = t_writer ??= new Utf8JsonWriter(buffer, s_options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Answers with bytes that are JSON already.</summary>
    public static Task WriteBytesAsync(HttpContext context, int status, ReadOnlySpan<byte> json, string mediaType)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = json.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        // The bytes are copied into the response's pipe here, so the thread's buffer is free again before the flush is awaited.
        // Not cancelled by RequestAborted: a request that has timed out is answered too, and a connection that is gone ends the flush by itself.
        response.BodyWriter.Write(json);
        return response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
    }
}
