using System.Net;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;

namespace MaskedVerify.Grains.Tests.Roles;

public sealed class PublishedRangesTests
{
    private static readonly SiloAddress s_old = Silo(1);
    private static readonly SiloAddress s_local = Silo(2);
    private static readonly SiloAddress s_young = Silo(3);
    private readonly PhoneRanges _own = PhoneRangesFile.Parse(
        """{ "ranges": [ { "prefix": "+1436", "digits": 11, "country": "US", "lineType": "mobile", "since": "2024-03-01", "source": "x" } ] }""", [])!;

    [Fact]
    public void Judge_WhenTheOldestHasAnother_KeepsThisOneOut()
    {
        var (isSame, text) = Judge([s_old, s_local, s_young], (s_old, "none"), (s_young, _own.Digest));

        Assert.False(isSame);
        Assert.Contains($"The phone ranges of this silo ({_own.Digest}) are not those of the cluster (none)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_WhenOnlyAYoungerOneDiffers_GoesOn() => Assert.True(Judge([s_old, s_local, s_young], (s_old, _own.Digest), (s_young, "none")).IsSame);

    [Fact]
    public void Judge_WhenThisIsTheOldest_GoesOn() => Assert.True(Judge([s_young], (s_young, "none")).IsSame);

    [Fact]
    public void Judge_WhenTheOldestIsNotKnownYet_Waits() => Assert.False(Judge([s_old, s_local]).IsSame);

    [Fact]
    public void Judge_WhenTheOldestPublishesNothing_KeepsThisOneOut() => Assert.False(Judge([s_old], (s_old, null)).IsSame);

    [Fact]
    public void Populate_PutsTheDigestOnOneInterface()
    {
        var (marked, other) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        var published = new PublishedRanges(_own);

        published.Populate(typeof(IPhoneAliasGrain), default, marked);
        published.Populate(typeof(IDisposable), default, other);

        Assert.Equal(_own.Digest, marked[PublishedRanges.Property]);
        Assert.Empty(other);
    }

    private (bool IsSame, string Text) Judge(SiloAddress[] active, params (SiloAddress Silo, string? Digest)[] known) =>
        new PublishedRanges(_own).Judge(s_local, active, known.ToDictionary(k => k.Silo, k => k.Digest));

    private static SiloAddress Silo(int generation) => SiloAddress.New(IPAddress.Loopback, 11111, generation);
}
