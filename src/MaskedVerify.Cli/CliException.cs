namespace MaskedVerify.Cli;

/// <summary>The command cannot be done: the sentence goes to standard error, the details below it, the code to the caller.</summary>
internal sealed class CliException(int exitCode, string sentence, params IReadOnlyList<string> details) : Exception(sentence)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Lines below the sentence: each mistake, or what to do.</summary>
    public IReadOnlyList<string> Details { get; } = details;
}
