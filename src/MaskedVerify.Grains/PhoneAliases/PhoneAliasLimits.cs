using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Numbers that no tenant may change. Milliseconds unless the name says otherwise. Sources: NIST SP 800-63B-4 §3.1.3 and §3.2, the security and design pages.</summary>
internal static class PhoneAliasLimits
{
    /// <summary>Most live verifications of one alias; one more displaces the oldest of its purpose, and is refused when there is none.</summary>
    internal const int LiveVerifications = 5;

    /// <summary>Fewest and most digits of a code in this product.</summary>
    internal const int FewestDigits = 6;

    /// <inheritdoc cref="FewestDigits"/>
    internal const int MostDigits = OneTimeCode.MaxLength;

    /// <summary>Shortest and longest life of a code in seconds (NIST: at most 10 minutes).</summary>
    internal const int ShortestTtlSeconds = 60;

    /// <inheritdoc cref="ShortestTtlSeconds"/>
    internal const int LongestTtlSeconds = 600;

    /// <summary>
    /// The ladder of waits: the 5th wrong try in a row within 24 h on a channel imposes 30 s, each further one twice as much, at most 1 h:
    /// 30 s, 1 min, 2, 4, 8, 16, 32 min, 1 h, 1 h, …
    /// </summary>
    internal const int LadderStart = 5;

    /// <inheritdoc cref="LadderStart"/>
    internal const long FirstWait = 30 * Second;

    /// <inheritdoc cref="LadderStart"/>
    internal const long LongestWait = Hour;

    /// <summary>Wrong tries in a row after which a channel pauses; while they last, one try an hour follows the pause.</summary>
    internal const int PauseAfter = 100;

    /// <summary>Length of the pause.</summary>
    internal const long Pause = Day;

    /// <summary>What a caller is told to wait for a channel that is disabled: nobody knows when somebody opens it.</summary>
    internal const long Disabled = 365 * Day;

    /// <summary>For how long wrong tries in a row outlive the erasure of their alias.</summary>
    internal const long KeptTries = 30 * Day;

    /// <summary>
    /// Strict mode, from the last wrong try that a day allows: one try a verification, and between the last message or wrong try and the next message 5 min, then 10, 20, 40 min, 1 h, 1 h, …
    /// Whoever guesses without end gets about one try an hour, over all channels together.
    /// </summary>
    internal const long FirstStrictSpacing = 5 * Minute;

    /// <inheritdoc cref="FirstStrictSpacing"/>
    internal const long LongestStrictSpacing = Hour;

    /// <summary>
    /// A wait stops the clock of the codes it blocks, so that a code can be checked for as long as it was made for; in all by at most this, so that
    /// nobody keeps a code alive by guessing. A code that a wait outlives is not extended: it runs out at its own time.
    /// </summary>
    internal const int MostExtension = (int)Hour;

    /// <summary>A claimed attempt with no known result after this is <c>unknown</c>.</summary>
    internal const long ClaimTimeout = 10 * Second;

    /// <summary>How long after its start or resend an attempt that its carrier throttles is tried again on the same route.</summary>
    internal const long ThrottledFor = 30 * Second;

    /// <summary>Seconds that the number's cap asks to wait: coarse on purpose, it must not show when others sent.</summary>
    internal const int GuardRetrySeconds = 60;

    /// <summary>The same when the day's cap answered.</summary>
    internal const int GuardDayRetrySeconds = 600;

    /// <summary>Retention of side rows.</summary>
    internal static readonly TimeSpan OutcomeRetention = TimeSpan.FromDays(90);

    /// <inheritdoc cref="OutcomeRetention"/>
    internal static readonly TimeSpan ReceiptRetention = TimeSpan.FromDays(30);

    /// <inheritdoc cref="OutcomeRetention"/>
    internal static readonly TimeSpan KeyRetention = TimeSpan.FromHours(24);

    /// <summary>
    /// How long an erased alias keeps a row without a number: longer than a command is under way, than a silo that stood still is waited for, and than a silo keeps a key in memory.
    /// </summary>
    internal static readonly TimeSpan ErasedRetention = TimeSpan.FromMinutes(10);

    /// <summary>Purpose when none was given.</summary>
    internal const string DefaultPurpose = "default";

    internal const long Second = 1_000;
    internal const long Minute = 60 * Second;
    internal const long Hour = 60 * Minute;
    internal const long Day = 24 * Hour;
}
