namespace MaskedVerify.Privacy;

/// <summary>The keys that belong to no tenant: loaded at start, in memory until the process ends.</summary>
/// <param name="FrontTag">Tags of ids.</param>
/// <param name="Code">MACs of codes.</param>
/// <param name="Guard">Guard rows.</param>
internal sealed record RegionKeys(KeySet FrontTag, KeySet Code, KeySet Guard)
{
    /// <summary>Zeroes them.</summary>
    public void Release()
    {
        FrontTag.Release();
        Code.Release();
        Guard.Release();
    }
}
