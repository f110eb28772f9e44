using System.Diagnostics;

namespace MaskedVerify.Storage;

/// <summary>
/// Spans of the hot store and the keys store, below the span of whoever asks; what nobody's trace asks for (pollers, sweeps) has none. Tags are the database, the
/// number of items and that it failed: never a key, a row or a statement.
/// </summary>
internal static class StorageTracing
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "MaskedVerify.Storage";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Whether a span would be made now. Costs next to nothing while nobody listens.</summary>
    public static bool IsOn => s_source.HasListeners() && Activity.Current is not null;

    /// <summary>One look-up, from the question to the answer; null when nobody traces. Others may share its round trip.</summary>
    public static Activity? Read(string database) => IsOn ? s_source.StartActivity("storage read", ActivityKind.Client)?.SetTag("maskedverify.database", database) : null;

    /// <summary>One item, from its place in the queue until it is durable; null when nobody traces.</summary>
    public static Activity? Commit(string database, WriteItem item) =>
        item.Span = IsOn ? s_source.StartActivity("storage commit")?.SetTag("maskedverify.database", database) : null;

    /// <summary>
    /// The transaction of a batch; null when none of its items is traced. Items of several callers share it: with one of them it hangs below that, with more it is a
    /// trace of its own that links to each.
    /// </summary>
    public static Activity? Transaction<TItem>(string database, List<TItem> batch)
        where TItem : WriteItem
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        ActivityLink[] links = [.. batch.Where(item => item.Span is not null).Select(item => new ActivityLink(item.Span?.Context ?? default))];
        if (links.Length == 0)
        {
            return null;
        }

        // A writer may have been started inside of somebody's trace.
        Activity.Current = null;
        return s_source.StartActivity("storage transaction", ActivityKind.Client, links.Length == 1 ? links[0].Context : default, links: links.Length == 1 ? null : links)
            ?.SetTag("maskedverify.database", database).SetTag("maskedverify.items", batch.Count);
    }

    /// <summary>Notes that it ended with an exception.</summary>
    public static void Failed(Activity? span) => span?.SetStatus(ActivityStatusCode.Error);
}
