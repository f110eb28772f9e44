using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Domain;

/// <summary>A value whose whole identity is one non-sensitive text, safe to print.</summary>
public interface ITextValue<TSelf>
    where TSelf : ITextValue<TSelf>
{
    /// <summary>The whole text.</summary>
    string Value { get; }

    /// <summary>Accepts only the exact shape; false leaves <c>default</c>.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "A static abstract factory.")]
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf value);
}
