namespace MaskedVerify.Cli.Server;

/// <summary>The operator's credential, looked for where the server leaves it. Prints no secret.</summary>
/// <param name="Text">The credential.</param>
/// <param name="From">Where it was found, for sentences.</param>
internal sealed record OperatorKey(string Text, string From)
{
    /// <summary>Environment variable that holds the credential.</summary>
    public const string Variable = "MASKEDVERIFY_OPERATOR_KEY";

    /// <summary>File that the server writes into its data folder.</summary>
    public const string FileName = "operator.key";

    /// <inheritdoc/>
    public override string ToString() => $"OperatorKey {{ {From} }}";

    /// <summary>The file that was named, else the environment, else the data folder; null when there is none (a server on loopback may not ask for one).</summary>
    public static OperatorKey? Find(string? file, string data, Func<string, string?> environment)
    {
        if (file is not null)
        {
            return Read(file) ?? throw new CliException(ExitCodes.NotAllowed, $"The operator key file {file} is empty.");
        }

        if (environment(Variable)?.Trim() is { Length: > 0 } text)
        {
            return new OperatorKey(text, Variable);
        }

        var usual = Path.Combine(data, FileName);
        return File.Exists(usual) ? Read(usual) : null;
    }

    private static OperatorKey? Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            return text.Length > 0 ? new OperatorKey(text, file) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.NotAllowed, $"The operator key file {file} cannot be read: {exception.Message}");
        }
    }
}
