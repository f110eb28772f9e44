using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>Registration of keys, sealing and aliasing.</summary>
public static class PrivacyServices
{
    /// <summary>
    /// Adds the local-file key service, the key ring and everything that seals, tags and hashes with it. Needs an <see cref="IKeysStore"/> from the
    /// container; await <see cref="IKeyRingWarmup"/> before the first request. Wrong options stop the start with all mistakes in one message.
    /// </summary>
    public static IServiceCollection AddMaskedVerifyPrivacy(this IServiceCollection services, Action<PrivacyOptions> configure)
    {
        services.AddMetrics();
        services.AddOptions<PrivacyOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PrivacyOptions>, PrivacyOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PrivacyMetrics>();
        services.TryAddSingleton<KeySlab>();
        services.TryAddSingleton<IKeyManagementService, LocalFileKeyManagementService>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<IKeyRingWarmup>(static provider => provider.GetRequiredService<KeyRing>());
        services.TryAddSingleton<ITagKeySource>(static provider => provider.GetRequiredService<KeyRing>());
        services.TryAddSingleton<ITagKeyExport>(static provider => provider.GetRequiredService<KeyRing>());
        services.TryAddSingleton<SubjectKeys>();
        services.TryAddSingleton<IIdTagger, IdTagger>();
        services.TryAddSingleton<IAliasDirectory, AliasDirectory>();
        services.TryAddSingleton<ICodeProtector, CodeProtector>();
        services.TryAddSingleton<IKeyedHashes, KeyedHashes>();
        return services;
    }

    /// <summary>
    /// Adds what a process without key service and keys store has: an <see cref="IIdTagger"/> over the front tag key that <see cref="ITagKeyCopy"/> is given. It
    /// judges ids; making them is the vault's.
    /// </summary>
    public static IServiceCollection AddMaskedVerifyFrontKeys(this IServiceCollection services)
    {
        services.TryAddSingleton<KeySlab>();
        services.TryAddSingleton<TagKeyCopy>();
        services.TryAddSingleton<ITagKeyCopy>(static provider => provider.GetRequiredService<TagKeyCopy>());
        services.TryAddSingleton<ITagKeySource>(static provider => provider.GetRequiredService<TagKeyCopy>());
        services.TryAddSingleton<IIdTagger, IdTagger>();
        return services;
    }
}
