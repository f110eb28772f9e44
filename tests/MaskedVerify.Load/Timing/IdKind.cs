namespace MaskedVerify.Load.Timing;

/// <summary>What an id in a request is to the caller.</summary>
internal enum IdKind
{
    /// <summary>Well-formed, with a tag that nobody made.</summary>
    Unknown,

    /// <summary>Of another tenant.</summary>
    Foreign,

    /// <summary>No id at all.</summary>
    Malformed,

    /// <summary>The caller's own: the control, which must be told apart.</summary>
    Own,
}
