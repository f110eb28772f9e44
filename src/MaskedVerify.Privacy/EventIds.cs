namespace MaskedVerify.Privacy;

/// <summary>Event ids of this project's log lines: 1000 to 1999.</summary>
internal static class EventIds
{
    public const int RootKeyCreated = 1000;
    public const int KeyCreated = 1001;
    public const int KeyDoesNotOpen = 1002;
    public const int RegionKeysReady = 1003;
}
