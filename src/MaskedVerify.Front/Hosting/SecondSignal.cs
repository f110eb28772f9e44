using System.Runtime.InteropServices;
using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>The first signal to stop drains; whoever sends a second one does not want to wait. Nothing acknowledged is lost by that.</summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly TextWriter _error;
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public SecondSignal(TextWriter error)
    {
        _error = error;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    // The host sees every signal too; the first is its alone.
    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) < 2)
            return;
        _error.WriteLine("MaskedVerify stops at once: a second signal came.");
        _error.Flush();
        Environment.Exit(ExitCodes.StoppedHard);
    }
}
