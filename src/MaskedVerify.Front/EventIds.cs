namespace MaskedVerify.Front;

/// <summary>Event ids of this project: 5000 to 5999. Never renumber.</summary>
internal static class EventIds
{
    public const int VaultCallFailed = 5000;
    public const int VaultCallFailedUnexpectedly = 5001;
    public const int VaultCallRetried = 5002;
    public const int RequestFailed = 5003;
    public const int CatalogUnavailable = 5004;
    public const int CheckFailed = 5010;
    public const int SandboxKeyReplaced = 5020;
    public const int SandboxTenantFailed = 5021;
    public const int DataFolderOpen = 5022;
    public const int HostRefused = 5030;
    public const int Draining = 5040;
    public const int GivenUp = 5041;
    public const int PublicTlsReloaded = 5050;
    public const int PublicTlsKept = 5051;
    public const int ConnectionsRefused = 5052;
}
