namespace MaskedVerify.Carriers;

/// <summary>Kinds of carriers that a process may have.</summary>
[Flags]
public enum CarrierParts
{
    /// <summary>None: it neither sends nor receives.</summary>
    None = 0,

    /// <summary>The sandbox, which needs no connection. It runs where aliases live.</summary>
    Sandbox = 1,

    /// <summary>Carriers with connections: they run on egress silos.</summary>
    Sessions = 2,

    /// <summary>Both.</summary>
    All = Sandbox | Sessions,
}
