using MaskedVerify.Domain;
using Orleans.Metadata;

namespace MaskedVerify.Grains;

/// <summary>
/// Tells the cluster by which phone ranges this silo reads numbers, and says whether they are those of the others. The digest travels in the silo's manifest, as a property of
/// an interface that every role knows.
/// </summary>
internal sealed class PublishedRanges(PhoneRanges own) : IGrainInterfacePropertiesProvider
{
    internal const string Property = "mv.phone-ranges";

    /// <inheritdoc/>
    public void Populate(Type interfaceType, GrainInterfaceType grainInterfaceType, Dictionary<string, string> properties)
    {
        if (interfaceType == typeof(PhoneAliases.IPhoneAliasGrain))
            properties[Property] = own.Digest;
    }

    /// <summary>The digest of a silo, or null when its manifest has none.</summary>
    internal static string? DigestOf(GrainManifest manifest) => manifest.Interfaces.Values.Select(i => i.Properties.GetValueOrDefault(Property)).FirstOrDefault(d => d is not null);

    /// <summary>
    /// Whether this silo may serve beside the others: the one that runs longest says which ranges the cluster has, so that a newcomer with another file is kept out and those at
    /// work go on. Pure.
    /// </summary>
    /// <param name="local">This silo.</param>
    /// <param name="active">Silos at work, this one or not.</param>
    /// <param name="digests">What each known silo publishes.</param>
    internal (bool IsSame, string Text) Judge(SiloAddress local, IEnumerable<SiloAddress> active, IReadOnlyDictionary<SiloAddress, string?> digests)
    {
        // Generations are the times at which silos started.
        var oldest = active.Append(local).OrderBy(s => s.Generation).ThenBy(s => s).First();
        if (oldest.Equals(local))
            return (true, $"Numbers are read by {own.Count} phone ranges of this silo's file ({own.Digest}).");

        if (!digests.TryGetValue(oldest, out var theirs))
            return (false, "The phone ranges of the cluster are still awaited.");

        return theirs == own.Digest
            ? (true, $"Numbers are read by the cluster's {own.Count} phone ranges ({own.Digest}).")
            : (false, $"The phone ranges of this silo ({own.Digest}) are not those of the cluster ({theirs ?? "none"}): give every silo the same file with --phone-ranges, and restart those that have another one.");
    }
}
