using System.Diagnostics;
using OpenTelemetry;

namespace MaskedVerify.Privacy;

/// <summary>
/// Masks ended spans in place, before the exporters that were added behind it: display name, status description, tags, events with their tags, tags of links.
/// </summary>
internal sealed class ScanningProcessor(LeakScanner scanner, LeakTally tally) : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        var counts = default(ScanCounts);
        data.DisplayName = scanner.Scan(data.DisplayName, ref counts);
        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, scanner.Scan(description, ref counts));
        }

        ScanTags(data, ref counts);
        ScanEvents(data, ref counts);
        ScanLinks(data, ref counts);
        tally.CountSpan(counts);
    }

    private void ScanTags(Activity span, ref ScanCounts counts)
    {
        foreach (ref var tag in span.EnumerateTagObjects())
        {
            var scanned = ValueScanner.Scan(scanner, tag.Key, tag.Value, ref counts);
            if (!ReferenceEquals(scanned, tag.Value))
            {
                tag = new(tag.Key, scanned);
            }
        }
    }

    private void ScanEvents(Activity span, ref ScanCounts counts)
    {
        foreach (ref var item in span.EnumerateEvents())
        {
            var name = scanner.Scan(item.Name, ref counts);
            var tags = ValueScanner.Scan(scanner, item.Tags, ref counts);
            if (tags is not null || !ReferenceEquals(name, item.Name))
            {
                item = new ActivityEvent(name, item.Timestamp, new ActivityTagsCollection(tags ?? item.Tags));
            }
        }
    }

    private void ScanLinks(Activity span, ref ScanCounts counts)
    {
        foreach (ref var link in span.EnumerateLinks())
        {
            if (link.Tags is { } tags && ValueScanner.Scan(scanner, tags, ref counts) is { } scanned)
            {
                link = new ActivityLink(link.Context, new ActivityTagsCollection(scanned));
            }
        }
    }
}
