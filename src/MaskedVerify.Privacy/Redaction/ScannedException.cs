using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Privacy;

/// <summary>Stands in for an exception whose text held something: prints what the original would have printed, masked.</summary>
[SuppressMessage("Design", "CA1064", Justification = "Seen by log providers only, never thrown.")]
internal sealed class ScannedException(string message, string text, string? stackTrace) : Exception(message)
{
    /// <inheritdoc/>
    public override string? StackTrace => stackTrace;

    /// <inheritdoc/>
    public override string ToString() => text;
}
