namespace MaskedVerify.Front.Hosting;

/// <summary>
/// Keeps the host's own lines back while it starts: what stops a start is told in sentences (<see cref="StartFailure"/>), and the host would add its stack.
/// </summary>
internal sealed class HostLogGate
{
    /// <summary>Category of the host's lines.</summary>
    public const string Category = "Microsoft.Extensions.Hosting.Internal.Host";

    private volatile bool _isOpen;

    /// <summary>Whether they pass.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The start is over.</summary>
    public void Open() => _isOpen = true;
}
