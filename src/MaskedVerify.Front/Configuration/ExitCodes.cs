namespace MaskedVerify.Front.Configuration;

/// <summary>How the server process ends. Never renumber.</summary>
public static class ExitCodes
{
    /// <summary>Stopped on request.</summary>
    public const int Ok = 0;

    /// <summary>Something that has no code of its own; the log tells more.</summary>
    public const int Failed = 1;

    /// <summary>Mistakes in the command line or the configuration; all of them are on stderr.</summary>
    public const int Misconfigured = 2;

    /// <summary>A port is taken by another process.</summary>
    public const int PortInUse = 3;

    /// <summary>The data folder, a database or a key cannot be used.</summary>
    public const int DataUnusable = 4;

    /// <summary>This machine's clock is more than 2 s from the database's, or was not comparable with it for too long.</summary>
    public const int ClockOff = 5;

    /// <summary>What was under way did not end in time after a signal to stop, or a second signal came: it was given up.</summary>
    public const int StoppedHard = 6;

    /// <summary>
    /// The other silos count this one as dead (it was paused, overloaded or cut off for too long), or it lost its membership in another way: it ends at once, because
    /// others have taken its grains over.
    /// </summary>
    public const int GivenUp = 7;
}
