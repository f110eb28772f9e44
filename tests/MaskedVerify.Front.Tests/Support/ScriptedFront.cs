using MaskedVerify.Domain;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Vault;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>The real server, except that its calls of the vault end at <see cref="FakeGrains"/>.</summary>
public sealed class ScriptedFront : IAsyncLifetime
{
    private RunningFront? _front;

    internal FakeGrains Vault { get; } = new();

    internal RunningFront Front => _front ?? throw new InvalidOperationException("Not started.");

    /// <summary>A verification and an alias whose tags are right for the sandbox tenant.</summary>
    internal VerificationId OwnVerification { get; private set; }

    internal AliasId OwnAlias { get; private set; }

    /// <summary>The front's calls, ending at fakes.</summary>
    internal static VaultCalls Calls(IServiceProvider services, FakeGrains vault) => new(
        vault.Factory, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<FrontMetrics>(), services.GetRequiredService<ILogger<VaultCalls>>());

    public async ValueTask InitializeAsync()
    {
        _front = await RunningFront.StartAsync(customise: builder => builder.Services.AddSingleton(services => Calls(services, Vault)));
        var tagger = Front.Services.GetRequiredService<IIdTagger>();
        var tenant = SandboxTenant.Id;
        OwnAlias = tagger.NewAlias(tenant);
        OwnVerification = tagger.NewVerification(tenant, OwnAlias);
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
    }
}
