using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Carriers.Tests.Sandbox;

/// <summary>The carriers put together as the product does, on a fake clock, with a recording sink.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private SandboxHost(ServiceProvider services, FakeTimeProvider time, RecordingSink sink) => (_services, Time, Sink) = (services, time, sink);

    public FakeTimeProvider Time { get; }

    public RecordingSink Sink { get; }

    public ICarrierClient Carrier => _services.GetRequiredService<ICarrierClients>().Find(CarrierId.Parse("sandbox"))!;

    public ISandboxInbox Inbox => _services.GetRequiredService<ISandboxInbox>();

    public SandboxReceipts Receipts => _services.GetRequiredService<SandboxReceipts>();

    public static async Task<SandboxHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var time = new FakeTimeProvider();
        var sink = new RecordingSink();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddSingleton<IReceiptSink>(sink)
            .AddMaskedVerifyCarriers(configuration).BuildServiceProvider();
        services.GetService<IStartupValidator>()?.Validate();
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        return new SandboxHost(services, time, sink);
    }

    public static CarrierMessage Message(string number, int alias = 1, Channel channel = Channel.Sms, int attempt = 0, string code = "246810")
    {
        Assert.True(PhoneNumber.TryParse(number, out var to));
        var aliasId = Alias(alias);
        return new CarrierMessage(
            to, Carriers.Text.MessageTexts.Compose("en", "Acme", code, TimeSpan.FromMinutes(5), channel), channel, null, aliasId, VerificationId.Create('1', aliasId, 7, 9), attempt);
    }

    public static AliasId Alias(int n) => AliasId.Create('1', (UInt128)n, 3);

    public async Task<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken = default)
    {
        var answer = Carrier.SubmitAsync(message, cancellationToken).AsTask();
        for (var i = 0; i < 100 && !answer.IsCompleted; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await answer.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }
}
