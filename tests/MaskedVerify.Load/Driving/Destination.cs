namespace MaskedVerify.Load.Driving;

/// <summary>Whom a start goes to.</summary>
/// <param name="Text">A number in international format, or an alias.</param>
/// <param name="IsAlias">Which of the two.</param>
internal readonly record struct Destination(string Text, bool IsAlias);

/// <summary>Where starts go: to new numbers, or to known aliases at random.</summary>
/// <param name="numbers">Source of new numbers.</param>
/// <param name="aliases">Known aliases; empty: every start is on a new number.</param>
internal sealed class Destinations(NumberRange numbers, IReadOnlyList<string> aliases)
{
    /// <summary>The next one. <paramref name="random"/> belongs to the calling thread.</summary>
    public Destination Next(Random random) =>
        aliases.Count == 0 ? new Destination(numbers.Next(), false) : new Destination(aliases[random.Next(aliases.Count)], true);
}
