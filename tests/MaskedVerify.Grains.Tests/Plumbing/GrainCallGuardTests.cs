using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using Orleans.Storage;

namespace MaskedVerify.Grains.Tests.Plumbing;

public sealed class GrainCallGuardTests
{
    private const string Secret = "+4915112345678";

    public static TheoryData<Exception, Type> Exceptions() => new()
    {
        { new StorageUnavailableException(Secret, new IOException(Secret)), typeof(StorageUnavailableException) },
        { new UnknownOutcomeException(Secret, new IOException(Secret)), typeof(UnknownOutcomeException) },
        { new UniqueKeyTakenException(), typeof(UniqueKeyTakenException) },
        { new NumberAtCapException(), typeof(NumberAtCapException) },
        { new KeyManagementException(Secret, new IOException(Secret)), typeof(KeyManagementException) },
        { new SealBrokenException(Secret), typeof(SealBrokenException) },
        { new InconsistentStateException(Secret), typeof(UnknownOutcomeException) },
        { new OperationCanceledException(Secret), typeof(OperationCanceledException) },
        { new TaskCanceledException(Secret), typeof(OperationCanceledException) },
        { new TimeoutException(Secret), typeof(TimeoutException) },
        { new OrleansException(Secret), typeof(GrainFaultException) },
        { new FormatException(Secret, new IOException(Secret)), typeof(GrainFaultException) },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Scrub_WhenAnyException_SaysNothingOfItsWords(Exception error, Type expected)
    {
        var scrubbed = GrainCallGuard.Scrub(error);

        Assert.IsType(expected, scrubbed);
        Assert.DoesNotContain(Secret, scrubbed.ToString(), StringComparison.Ordinal);
        Assert.Null(scrubbed.InnerException);
    }

    [Fact]
    public async Task Invoke_WhenAGrainThrowsUserData_ItReachesNeitherCallerNorLog()
    {
        await using var silos = await SiloFixture.StartAsync(o => o.Silos = 2);
        silos.Control.BeforeWrite = _ => throw new FormatException(Secret);
        for (var i = 0; i < 6; i++)
        {
            var error = await Assert.ThrowsAsync<UnknownOutcomeException>(() => Grain(silos, i).Create($"t{i}", false, new TenantPolicy()));
            Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        }

        silos.Control.BeforeWrite = null;
        Assert.True((await Grain(silos, 0).Create("t0", false, new TenantPolicy())).Ok);
        Assert.DoesNotContain(silos.Logs.Lines, line => line.Category.StartsWith("MaskedVerify.Grains", StringComparison.Ordinal) && line.Text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invoke_WhenAnotherActivationWasFaster_TheCallerMayTryAgain()
    {
        await using var silos = await SiloFixture.StartAsync();
        var grain = Grain(silos, 1);
        await grain.Create("t", false, new TenantPolicy());
        silos.Control.BeforeWrite = _ => throw new InconsistentStateException(Secret);
        await Assert.ThrowsAsync<UnknownOutcomeException>(() => grain.SetFrozen(true));
        silos.Control.BeforeWrite = null;

        Assert.True((await grain.SetFrozen(true)).Ok);
    }

    private static ITenantGrain Grain(SiloFixture silos, int number) => silos.Grains.GetGrain<ITenantGrain>($"tn-guard{number}");
}
