using System.Collections.Concurrent;
using System.Text;
using MaskedVerify.Domain;
using Xunit;

namespace MaskedVerify.Testing;

/// <summary>
/// Looks for canary numbers and codes in everything a running product emits or stores: texts, bytes, files. Finds E.164 with and without <c>+</c> and the
/// national form, with separators, in digits of any script, percent-encoded, JSON- or HTML-escaped, in UTF-8 and UTF-16, in base64 and hexadecimal (also of
/// each other, two deep), as binary integers and as BCD. Never prints a canary.
/// </summary>
/// <remarks>
/// Codes and national forms shorter than 9 digits count only as a whole group that touches no letter: six given digits turn up by chance inside longer ones. With
/// N such codes one 6-digit group in 1,000,000/N is a false alarm, so large campaigns use 10-digit codes (a tenant may ask for them). Not searched: other
/// languages' words, reversed digits, compressed or encrypted bytes. Inspecting is safe from many threads; add canaries before, or under no traffic.
/// </remarks>
public sealed class LeakDetector
{
    private const int ChunkSize = 1 << 20;
    private const int Overlap = 1 << 10;
    private const int Depth = 2;

    private readonly CanarySet _canaries = new();
    private readonly ConcurrentDictionary<LeakHit, byte> _hits = new();
    private long _inspected;

    /// <summary>Everything found, each place, encoding and canary once.</summary>
    public IReadOnlyCollection<LeakHit> Hits => [.. _hits.Keys];

    /// <summary>How many texts, byte strings and files were inspected: 0 hits in 0 texts proves nothing.</summary>
    public long Inspected => Interlocked.Read(ref _inspected);

    /// <summary>Adds a number to look for.</summary>
    public void Add(PhoneNumber number) => _canaries.Add(number);

    /// <summary>Adds a code to look for.</summary>
    public void Add(OneTimeCode code) => _canaries.Add(code);

    /// <summary>Inspects a text.</summary>
    public void Inspect(string where, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Interlocked.Increment(ref _inspected);
            InspectText(where, string.Empty, text, Depth);
        }
    }

    /// <summary>Inspects bytes, as text in every encoding and as binary.</summary>
    public void Inspect(string where, ReadOnlySpan<byte> bytes)
    {
        Interlocked.Increment(ref _inspected);
        for (var start = 0; start == 0 || start + Overlap < bytes.Length; start += ChunkSize - Overlap)
        {
            InspectBytes(where, string.Empty, bytes.Slice(start, Math.Min(ChunkSize, bytes.Length - start)), Depth);
        }
    }

    /// <summary>Inspects the bytes and the name of a file.</summary>
    public void InspectFile(string path)
    {
        Inspect("name of " + Path.GetFileName(path), Path.GetFileName(path));
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        Inspect("file " + path, bytes);
    }

    /// <summary>Inspects every file below a directory, for example a data directory with its databases and their logs.</summary>
    public void InspectDirectory(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            InspectFile(file);
        }
    }

    /// <summary>Inspects status line, headers and body of an answer; the body can still be read afterwards.</summary>
    public async Task InspectAsync(string where, HttpResponseMessage response)
    {
        Inspect(where + " reason", response.ReasonPhrase);
        Inspect(where + " headers", response.Headers.ToString());
        Inspect(where + " trailers", response.TrailingHeaders.ToString());
        if (response.Content is { } content)
        {
            await content.LoadIntoBufferAsync();
            Inspect(where + " content headers", content.Headers.ToString());
            Inspect(where + " body", await content.ReadAsByteArrayAsync());
        }
    }

    /// <summary>Fails with the list of hits if there is one, or if nothing was inspected.</summary>
    public void AssertClean()
    {
        Assert.True(Inspected > 0, "The leak detector inspected nothing.");
        Assert.True(_hits.IsEmpty, $"{_hits.Count} leaks:\n" + string.Join('\n', _hits.Keys.Take(50).Select(hit => $"{hit.Canary} as {hit.Encoding} in {hit.Where}")));
    }

    private void InspectText(string where, string path, string text, int depth)
    {
        TextSearch.Find(_canaries, text, (encoding, canary) => Report(where, path + encoding, canary));
        if (depth > 0)
        {
            EncodedSearch.Decode(text, (encoding, bytes) => InspectBytes(where, $"{path}{encoding}/", bytes, depth - 1));
        }
    }

    private void InspectBytes(string where, string path, ReadOnlySpan<byte> bytes, int depth)
    {
        // Latin-1 keeps every byte: one pass for all encodings that write ASCII digits as such.
        InspectText(where, path, Encoding.Latin1.GetString(bytes), depth);
        if (bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0)
        {
            TextSearch.Find(_canaries, Encoding.UTF8.GetString(bytes), (encoding, canary) => Report(where, $"{path}utf-8 {encoding}", canary));
        }

        for (var skip = 0; skip < 2 && skip < bytes.Length && bytes.IndexOfAny((byte)0, (byte)0xFF) >= 0; skip++)
        {
            foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
            {
                TextSearch.Find(_canaries, encoding.GetString(bytes[skip..]), (kind, canary) => Report(where, $"{path}utf-16 {kind}", canary));
            }
        }

        BinarySearch.Find(_canaries, bytes, (encoding, canary) => Report(where, path + encoding, canary));
    }

    private void Report(string where, string encoding, string canary) => _hits.TryAdd(new LeakHit(where, encoding, canary), 0);
}
