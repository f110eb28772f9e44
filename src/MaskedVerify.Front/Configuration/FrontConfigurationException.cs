namespace MaskedVerify.Front.Configuration;

/// <summary>The command line or the configuration has mistakes: all of them, one sentence each. Holds no secret.</summary>
public sealed class FrontConfigurationException(IReadOnlyList<string> mistakes) : Exception(string.Join(Environment.NewLine, mistakes))
{
    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}

/// <summary>The server cannot start for a reason that its operator can change: a sentence and an exit code.</summary>
public sealed class FrontStartException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
