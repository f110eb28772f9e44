namespace MaskedVerify.Privacy;

/// <summary>Loads, or at the very first start creates, the region's keys (front tag, code, guard). Await it before the first request.</summary>
public interface IKeyRingWarmup
{
    /// <summary>Idempotent.</summary>
    /// <exception cref="KeyManagementException">The root key cannot be read or does not open the stored keys.</exception>
    Task WarmUpAsync(CancellationToken cancellationToken = default);
}
