using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class GrainsWireTests
{
    [Fact]
    public void Exception_OfAGrainThatCannotReadItsRow_TravelsWithItsCause()
    {
        using var services = new ServiceCollection().AddSerializer().AddMaskedVerifyWire().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var error = new OrleansException("The grain cannot wake up.", new StorageUnavailableException("away", new NpgsqlException("connection refused")));

        var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(error));

        Assert.IsType<OrleansException>(arrived);
        Assert.IsType<StorageUnavailableException>(StorageFailure.Of(arrived));
    }
}
