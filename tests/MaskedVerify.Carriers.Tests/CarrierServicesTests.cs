using System.Diagnostics.Metrics;
using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Carriers.Tests.Smpp;
using MaskedVerify.Domain;
using MaskedVerify.Testing.Carriers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace MaskedVerify.Carriers.Tests;

public sealed class CarrierServicesTests
{
    [Fact]
    public void Add_WhenNothingIsConfigured_HasTheSandboxAlone()
    {
        using var services = Build();
        var clients = services.GetRequiredService<ICarrierClients>();
        Assert.Equal("sandbox", Assert.Single(clients.All).Id.Value);
        Assert.Empty(services.GetServices<ICarrierSession>());
        Assert.Null(clients.Find(CarrierId.Parse("smpp")));
        Assert.NotNull(services.GetRequiredService<ISandboxInbox>());
    }

    [Fact]
    public void Add_WhenAHostIsNamed_HasSmppTooAsOneObject()
    {
        using var services = Build(("Smpp:Host", "centre.example"), ("Smpp:SystemId", "acme"), ("Smpp:Id", "telco-1"));
        var client = services.GetRequiredService<ICarrierClients>().Find(CarrierId.Parse("telco-1"));
        Assert.Same(client, Assert.Single(services.GetServices<ICarrierSession>()));
        Assert.Equal([Channel.Sms], client!.Channels);
        Assert.Equal((false, "not started"), (client.IsReady, ((ICarrierSession)client).StatusText));
    }

    [Fact]
    public void Add_WhenTwoCarriersHaveOneName_SaysSo()
    {
        using var services = Build(("Smpp:Host", "centre.example"), ("Smpp:SystemId", "acme"), ("Smpp:Id", "sandbox"));
        var failure = Assert.Throws<InvalidOperationException>(services.GetRequiredService<ICarrierClients>);
        Assert.Contains("'sandbox'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_WhenSubmitsEndInEveryWay_AddUp()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number switch
        {
            1 => CentreReply.Refuse(0x0B),
            2 => CentreReply.Deliver,
            3 => CentreReply.Accept with { Drop = true },
            _ => CentreReply.Accept,
        };
        await using var host = await SmppHost.StartAsync(centre.Port);
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var submits = new MetricCollector<double>(meters, CarrierServices.MeterName, "maskedverify.carrier.submit.duration");
        using var window = new MetricCollector<long>(meters, CarrierServices.MeterName, "maskedverify.carrier.window.used");
        using var bound = new MetricCollector<long>(meters, CarrierServices.MeterName, "maskedverify.carrier.bound");
        using var receipts = new MetricCollector<long>(meters, CarrierServices.MeterName, "maskedverify.carrier.receipts");
        for (var i = 0; i < 3; i++)
        {
            await host.SubmitAsync(SandboxHost.Message("+12025550100"));
        }

        await host.ReadyAsync();
        await Eventually.TrueAsync(() => receipts.GetMeasurementSnapshot().Count == 1, "the receipt is counted");
        await host.Session.StopAsync(CancellationToken.None);
        Assert.Equal(["invalid-destination", "accepted", "no-answer"], submits.GetMeasurementSnapshot().Select(measurement => measurement.Tags["outcome"]));
        Assert.All(submits.GetMeasurementSnapshot(), measurement => Assert.Equal(["carrier", "outcome"], measurement.Tags.Keys.Order()));
        Assert.Equal(0, window.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal(-1, bound.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal("delivered", receipts.GetMeasurementSnapshot()[0].Tags["state"]);
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddLogging().AddSingleton<IReceiptSink, RecordingSink>()
            .AddMaskedVerifyCarriers(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build())
            .BuildServiceProvider();
}
