using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Log lines. A grain key is a surrogate: random characters.</summary>
internal sealed partial class PhoneAliasGrain
{
    [LoggerMessage(EventIds.AliasConflict, LogLevel.Warning, "{Key}: the row was changed by another activation, or nobody can tell whether it was written. This activation ends, its caller was told to try again. Fault: {Fault}.")]
    private partial void LogConflict(string key, string fault);

    [LoggerMessage(EventIds.AliasStorageAway, LogLevel.Warning, "{Key}: storage does not answer, nothing was written. The caller was told to try again.")]
    private partial void LogStorageAway(string key);

    [LoggerMessage(EventIds.AliasKeysAway, LogLevel.Warning, "{Key}: the key service does not answer. The caller was told to try again.")]
    private partial void LogKeysAway(string key);

    [LoggerMessage(EventIds.AliasSealBroken, LogLevel.Error, "{Key}: a stored number or code does not open. Its key was destroyed (an erasure that must be repeated), or somebody changed the database.")]
    private partial void LogSealBroken(string key);

    [LoggerMessage(EventIds.AliasCallFailed, LogLevel.Warning, "{Key}: a call inside the cluster failed ({Error}). The caller was told to try again.")]
    private partial void LogCallFailed(string key, string error);

    [LoggerMessage(EventIds.AliasFlushFailed, LogLevel.Error, "{Key}: results of attempts could not be written ({Error}).")]
    private partial void LogFlushFailed(string key, string error);

    [LoggerMessage(EventIds.AliasQueueFull, LogLevel.Warning, "{Key}: the send queue of a carrier is full; the attempt counts as not sent.")]
    private partial void LogQueueFull(string key);

    [LoggerMessage(EventIds.AliasLeaves, LogLevel.Information, "{Key}: this silo leaves the cluster; the alias moves to another one before it sends.")]
    private partial void LogLeaving(string key);

    [LoggerMessage(EventIds.AliasErased, LogLevel.Information, "{Key}: erased.")]
    private partial void LogErased(string key);

    [LoggerMessage(EventIds.AliasUnpaused, LogLevel.Information, "{Key}: an operator lifted the pause of checks.")]
    private partial void LogUnpaused(string key);

    [LoggerMessage(EventIds.AliasUnknownTenant, LogLevel.Warning, "{Key}: this silo does not know the alias' tenant.")]
    private partial void LogUnknownTenant(string key);
}
