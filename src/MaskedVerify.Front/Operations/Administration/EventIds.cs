namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Event ids of administration: 5900 to 5999 of the front's range.</summary>
internal static class EventIds
{
    public const int Unavailable = 5900;
    public const int TenantCreated = 5901;
    public const int PolicyChanged = 5902;
    public const int TenantFrozen = 5903;
    public const int TenantThawed = 5904;
    public const int KeyCreated = 5905;
    public const int KeyRevoked = 5906;
    public const int RoutesReplaced = 5907;
}
