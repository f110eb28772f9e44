namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>Why a session is over. Each value has its sentence in <see cref="SessionEnds"/>.</summary>
internal enum SessionEnd
{
    /// <summary>We said goodbye.</summary>
    Stopped = 0,

    /// <summary>The centre said goodbye.</summary>
    UnboundByCentre = 1,

    /// <summary>The connection was closed or broken.</summary>
    ConnectionLost = 2,

    /// <summary>No answer to a keep-alive.</summary>
    Dead = 3,

    /// <summary>Bytes that are no unit, or too many faults.</summary>
    ProtocolFault = 4,

    /// <summary>The bind was refused or not answered.</summary>
    NotBound = 5,
}

internal static class SessionEnds
{
    public static string Describe(this SessionEnd end) => end switch
    {
        SessionEnd.Stopped => "stopped",
        SessionEnd.UnboundByCentre => "the centre ended the session",
        SessionEnd.ConnectionLost => "the connection was lost",
        SessionEnd.Dead => "the centre did not answer a keep-alive",
        SessionEnd.ProtocolFault => "the centre does not speak SMPP 3.4",
        _ => "the bind failed",
    };
}
