using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// Ends the process when Orleans cannot go on, above all when the other silos count this one as dead. Orleans' own way waits two seconds, prints what exceptions say and
/// aborts, which looks to a supervisor like a crash and may leave a core file.
/// </summary>
internal sealed partial class FatalErrorEnd(ILogger<FatalErrorEnd> logger) : IFatalErrorHandler
{
    /// <summary>Longest time for the end to come by itself.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>For the log's own thread to write the last lines.</summary>
    private static readonly TimeSpan s_flush = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => true;

    /// <inheritdoc/>
    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        var what = context ?? "no more is known";
        LogEnds(what, exception?.GetType().Name ?? "none");
        Console.Error.WriteLine($"MaskedVerify stops at once: it cannot stay in the cluster ({what}). Others have its work; start it again.");
        Console.Error.Flush();
        Thread.Sleep(s_flush);

        // An exit that something holds up must not leave a silo behind that answers.
        using var last = new Timer(static _ => Environment.FailFast("The process did not end in time."), null, s_patience, Timeout.InfiniteTimeSpan);
        Environment.Exit(ExitCodes.GivenUp);
    }

    [LoggerMessage(EventIds.GivenUp, LogLevel.Critical, "The silo cannot stay in the cluster and ends at once: {What} ({Error})")]
    private partial void LogEnds(string what, string error);
}
