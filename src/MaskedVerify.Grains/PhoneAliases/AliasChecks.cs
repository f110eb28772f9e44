using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>What wrong tries have brought upon an alias, for operators. No number, no code.</summary>
/// <param name="FailuresToday">Wrong tries of the last 24 h.</param>
/// <param name="IsStrict">Whether they are as many as the policy allows: one try a verification, and messages far apart.</param>
/// <param name="SendAfterSeconds">Seconds for which no message is sent because of that; 0: none.</param>
/// <param name="Channels">Channels with wrong tries since the last success.</param>
[GenerateSerializer, Immutable, Alias("mv.AliasChecks")]
public sealed record AliasChecks(
    [property: Id(0)] int FailuresToday, [property: Id(1)] bool IsStrict, [property: Id(2)] int SendAfterSeconds, [property: Id(3)] IReadOnlyList<ChannelChecks> Channels);

/// <summary>What stands against one channel.</summary>
/// <param name="Channel">Which.</param>
/// <param name="WrongInARow">Wrong tries since the last success.</param>
/// <param name="IsPaused">Whether they are so many (100) that the channel paused for 24 h and then takes one try an hour, or is disabled if the policy says so.</param>
/// <param name="CheckAfterSeconds">Seconds for which no check is judged on it; 0: none.</param>
[GenerateSerializer, Immutable, Alias("mv.ChannelChecks")]
public sealed record ChannelChecks(
    [property: Id(0)] Channel Channel, [property: Id(1)] int WrongInARow, [property: Id(2)] bool IsPaused, [property: Id(3)] int CheckAfterSeconds);
