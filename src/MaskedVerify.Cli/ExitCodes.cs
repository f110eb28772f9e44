namespace MaskedVerify.Cli;

/// <summary>What the exit code of the command tells a script.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Refused: what was asked for is not valid, or something changed in between.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server answers, or it cannot do it now.</summary>
    public const int Unavailable = 3;

    /// <summary>The operator credential is missing or wrong.</summary>
    public const int NotAllowed = 4;

    /// <summary>The tenant or key does not exist.</summary>
    public const int NotFound = 5;
}
