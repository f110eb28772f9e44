namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Event ids of administration: 5900 to 5999 of the front's range.</summary>
internal static class EventIds
{
    public const int Unavailable = 5900;
}
