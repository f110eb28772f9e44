namespace MaskedVerify.Grains.Plumbing;

/// <summary>
/// Lists on wire and state types must be arrays: what the compiler makes of <c>[a, b]</c> for an <see cref="IReadOnlyList{T}"/> is a type without a codec,
/// which only shows between two silos.
/// </summary>
internal static class WireList
{
    /// <summary>The same items as an array.</summary>
    internal static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) => items as T[] ?? items.ToArray();
}
