using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Privacy.Tests;

/// <summary>The product's registration over a store in memory, a fake clock and a root key file in a directory of its own.</summary>
internal sealed class PrivacyFixture : IAsyncDisposable
{
    public const string Context = "default";

    public static readonly TenantId TenantA = TenantId.Parse("tn-a");
    public static readonly TenantId TenantB = TenantId.Parse("tn-b");
    public static readonly PhoneNumber Number = PhoneNumber.FromE164Digits("14155550123");

    private readonly TestDirectory? _ownDirectory;
    private readonly ServiceProvider _services;

    private PrivacyFixture(InMemoryKeysStore store, string rootKeyPath, TestDirectory? ownDirectory, Action<PrivacyOptions>? configure, IKeyManagementService? kms)
    {
        Store = store;
        RootKeyPath = rootKeyPath;
        _ownDirectory = ownDirectory;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IKeysStore>(store);
        if (kms is not null)
        {
            services.AddSingleton(kms);
        }

        services.AddMaskedVerifyPrivacy(options =>
        {
            options.RootKeyPath = rootKeyPath;
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public InMemoryKeysStore Store { get; }

    public string RootKeyPath { get; }

    public FakeTimeProvider Time { get; } = new();

    public IIdTagger Tagger => Get<IIdTagger>();

    public IAliasDirectory Aliases => Get<IAliasDirectory>();

    public ICodeProtector Codes => Get<ICodeProtector>();

    public IKeyedHashes Hashes => Get<IKeyedHashes>();

    public KeyRing Ring => Get<KeyRing>();

    public static async Task<PrivacyFixture> StartAsync(
        InMemoryKeysStore? store = null, string? rootKeyPath = null, Action<PrivacyOptions>? configure = null, IKeyManagementService? kms = null)
    {
        var directory = rootKeyPath is null ? new TestDirectory() : null;
        var fixture = new PrivacyFixture(store ?? new InMemoryKeysStore(), rootKeyPath ?? directory!.File("keys/root.key"), directory, configure, kms);
        await fixture.Get<IKeyRingWarmup>().WarmUpAsync();
        return fixture;
    }

    /// <summary>As after registration: nothing warmed up.</summary>
    public static PrivacyFixture Cold(string rootKeyPath) => new(new InMemoryKeysStore(), rootKeyPath, ownDirectory: null, configure: null, kms: null);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _ownDirectory?.Dispose();
    }
}

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TestDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("maskedverify-privacy-").FullName;

    public string File(string relative) => Path.Combine(Root, relative);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
