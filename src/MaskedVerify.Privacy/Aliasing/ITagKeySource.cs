namespace MaskedVerify.Privacy;

/// <summary>Where <see cref="IdTagger"/> gets the front tag key from: the key ring in a vault, a copy in a front-only silo.</summary>
internal interface ITagKeySource
{
    /// <summary>All live versions, newest first.</summary>
    /// <exception cref="KeyManagementException">They are not here yet.</exception>
    KeySet TagKeys { get; }
}
