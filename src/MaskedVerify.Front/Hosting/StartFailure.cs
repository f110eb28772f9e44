using System.Net.Sockets;
using MaskedVerify.Domain;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains.Clocks;
using MaskedVerify.Privacy;
using MaskedVerify.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Turns what stopped the start into sentences and an exit code, without a stack.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Lines">For stderr.</param>
internal sealed record StartFailure(int ExitCode, IReadOnlyList<string> Lines)
{
    private const string Head = "MaskedVerify cannot start:";

    /// <summary>The failure, or null when it is none that an operator can change (it then ends the process with its stack).</summary>
    public static StartFailure? Explain(Exception exception)
    {
        var all = Unfold(exception).ToList();
        if (all.OfType<OptionsValidationException>().SelectMany(o => o.Failures).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } mistakes)
            return Listed(ExitCodes.Misconfigured, mistakes);
        foreach (var e in all)
        {
            switch (e)
            {
                case FrontConfigurationException configuration:
                    return Listed(ExitCodes.Misconfigured, [.. configuration.Mistakes, "See --help."]);
                case FrontStartException start:
                    return Listed(start.ExitCode, start.Message.Split(Environment.NewLine));
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return Listed(ExitCodes.PortInUse, ["A port is in use by another process; see --urls, --internal-port, --silo-port and --gateway."]);
                case InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" }:
                    return Listed(ExitCodes.Misconfigured, [e.Message]);
                case ClockOffException:
                    return Listed(ExitCodes.ClockOff, [e.Message]);
                case SchemaMismatchException or StorageUnavailableException or KeyManagementException:
                    return Listed(ExitCodes.DataUnusable, [e.Message]);
            }
        }

        return null;
    }

    private static StartFailure Listed(int code, IReadOnlyList<string> sentences) => new(code, [Head, .. sentences.Select(s => "  - " + s)]);

    private static IEnumerable<Exception> Unfold(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException many ? many.InnerExceptions : exception.InnerException is { } one ? [one] : (IReadOnlyList<Exception>)[];
        foreach (var e in inner.SelectMany(Unfold))
            yield return e;
    }
}
