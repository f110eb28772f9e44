using System.Buffers;
using System.Text.Json;
using MaskedVerify.Front.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace MaskedVerify.Front.Requests;

/// <summary>Reads a JSON body strictly: one object, at most 64 KiB, at most 32 levels, no member twice, no comments.</summary>
internal static class RequestBody
{
    /// <summary>Most bytes of a body (api.md, Authentication).</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Most levels of JSON (api.md, Authentication).</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// A body that is too long is read and dropped up to here after the answer, so that the client gets to read the 413 before the connection is closed.
    /// </summary>
    private const long DrainBytes = 32 * 1024 * 1024;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads the body. An optional body that is absent gives neither a document nor a problem.</summary>
    public static async ValueTask<BodyReading> ReadAsync(HttpContext context, bool optional = false)
    {
        var request = context.Request;
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return Absent(optional);
        if (request.ContentLength > MaxBytes)
        {
            AllowDraining(context);
            return new BodyReading(null, Problem.TooLarge);
        }

        if (!IsJson(request.ContentType))
            return new BodyReading(null, Problem.UnsupportedMediaType);

        AllowDraining(context);
        return await ReadAllAsync(context, optional);
    }

    private static BodyReading Absent(bool optional) =>
        optional ? default : new BodyReading(null, Problem.Invalid("", "The body is empty; a JSON object is expected."));

    private static async ValueTask<BodyReading> ReadAllAsync(HttpContext context, bool optional)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return new BodyReading(null, Problem.TooLarge);
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var reading = read.Buffer.IsEmpty ? Absent(optional) : Parse(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            return reading;
        }
    }

    private static BodyReading Parse(ReadOnlySequence<byte> bytes)
    {
        try
        {
            // A copy: the document refers to what it was parsed from, and the pipe's memory is another request's as soon as the reader advances.
            var document = JsonDocument.Parse(bytes.ToArray(), s_options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new BodyReading(document, null);
            document.Dispose();
            return new BodyReading(null, Problem.Invalid("", "The body is not a JSON object."));
        }
        catch (JsonException e)
        {
            return new BodyReading(null, Problem.Invalid("", Describe(e)));
        }
    }

    // The parser's own message may repeat what was sent, so only its place is used.
    private static string Describe(JsonException e) =>
        e.LineNumber is { } line && e.BytePositionInLine is { } at
            ? $"The body is not valid JSON (line {line + 1}, byte {at + 1}), or has more than {MaxDepth} levels."
            : "The body is not valid JSON, or has a member twice.";

    private static bool IsJson(string? contentType)
    {
        if (string.Equals(contentType, "application/json", StringComparison.OrdinalIgnoreCase))
            return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static void AllowDraining(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = DrainBytes;
    }
}

/// <summary>A body that was read: a document (the caller disposes it), a problem, or neither when it is optional and absent.</summary>
internal readonly record struct BodyReading(JsonDocument? Document, Problem? Problem);
