using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Grains.Tests.Plumbing;

/// <summary>A silo that comes up while others do.</summary>
public sealed class SiloStartTests
{
    [Fact]
    public async Task Start_WhenTheFirstCallsAreLost_TriesAgain()
    {
        var network = new LosingNetwork(calls: 3);

        await using var silos = await SiloFixture.StartAsync(o =>
        {
            o.Silos = 2;
            o.Silo = silo => silo.Services.AddSingleton<IOutgoingGrainCallFilter>(network);
        });

        Assert.Equal(3, network.Lost);
        Assert.All(silos.Cluster.Silos, silo => Assert.True(silo.IsActive));
    }

    private sealed class LosingNetwork(int calls) : IOutgoingGrainCallFilter
    {
        private int _lost;

        public int Lost => Math.Min(Volatile.Read(ref _lost), calls);

        public Task Invoke(IOutgoingGrainCallContext context) =>
            context.InterfaceName.StartsWith(typeof(ITenantGrain).Namespace!, StringComparison.Ordinal) && Interlocked.Increment(ref _lost) <= calls
                ? throw new TimeoutException("The call was lost.")
                : context.Invoke();
    }
}
