using System.Reflection;

namespace MaskedVerify.Load.Soaks;

/// <summary>There is no cluster beside the store of a soak: whoever asks for a grain fails.</summary>
public class NoGrains : DispatchProxy
{
    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException("A soak has no grains.");
}
