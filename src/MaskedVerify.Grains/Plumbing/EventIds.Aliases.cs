namespace MaskedVerify.Grains.Plumbing;

/// <summary>Event ids of phone aliases and alias desks: 4000-4199.</summary>
internal static partial class EventIds
{
    internal const int AliasConflict = 4000;
    internal const int AliasOutcomeUnknown = 4001;
    internal const int AliasStorageAway = 4002;
    internal const int AliasKeysAway = 4003;
    internal const int AliasSealBroken = 4004;
    internal const int AliasCallFailed = 4005;
    internal const int AliasFlushFailed = 4006;
    internal const int AliasQueueFull = 4007;
    internal const int AliasErased = 4008;
    internal const int AliasUnknownTenant = 4009;
    internal const int AliasUnpaused = 4010;
    internal const int AliasLeaves = 4011;
    internal const int DeskFailed = 4100;
}
