using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasStateTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void State_WithOneLiveVerification_TakesAtMost600Bytes(bool isSent)
    {
        var size = Serializer.SerializeToArray(Typical(isSent)).Length;

        TestContext.Current.TestOutputHelper?.WriteLine($"{size} bytes");
        Assert.InRange(size, 100, 600);
    }

    [Fact]
    public void State_WhenSerialised_LeavesSideRowsOut()
    {
        var state = Typical(isSent: true);
        var withRows = state with { SideRows = [new DueDoneRow(default)] };

        Assert.Equal(Serializer.SerializeToArray(state), Serializer.SerializeToArray(withRows));
        Assert.Empty(((PhoneAliasState)withRows.WithoutSideRows()).SideRows);
    }

    [Fact]
    public void GoldenBytes_OfVersion1_CanStillBeReadAndWritten()
    {
        var golden = Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PhoneAliases", "PhoneAliasState.v1.hex")).ReplaceLineEndings(string.Empty));

        var state = Serializer.Deserialize<PhoneAliasState>(golden)!;

        Assert.Equal(Convert.ToHexString(Serializer.SerializeToArray(Golden())), Convert.ToHexString(golden));
        Assert.Equal(Convert.ToHexString(Serializer.SerializeToArray(state)), Convert.ToHexString(golden));
        Assert.Equal(("tn-golden", "buyer", "DE"), (state.Tenant.Value, state.Context, state.Destination.Country));
        Assert.Equal(AttemptStatus.Accepted, state.Live[0].Attempts[1].Status);
    }

    [Fact]
    public void GoldenBytes_OfEndedVersion1_CanStillBeReadAndWritten()
    {
        var golden = Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PhoneAliases", "EndedVerification.v1.hex")).ReplaceLineEndings(string.Empty));

        var ended = Serializer.Deserialize<EndedVerification>(golden)!;

        Assert.Equal(Convert.ToHexString(Serializer.SerializeToArray(GoldenEnded())), Convert.ToHexString(golden));
        Assert.Equal((VerificationStatus.Undeliverable, "no-route", 1_750_000_099_000L), (ended.Status, ended.Reason, ended.EndedAt));
        Assert.Equal("order-42", ended.Verification.Reference);
    }

    [Fact]
    public void PackedIds_Any_RoundTrip()
    {
        var alias = AliasId.Create('z', UInt128.MaxValue - 12345, ulong.MaxValue - 7);
        var verification = VerificationId.Create('q', alias, UInt128.MaxValue / 3, ulong.MaxValue / 5);

        Assert.Equal(alias, PackedIds.Alias(PackedIds.Pack(alias)));
        Assert.Equal(verification, PackedIds.Verification(PackedIds.Pack(verification), alias));
        Assert.Equal(PackedIds.Length, PackedIds.Pack(verification).Length);
    }

    [Fact]
    public void ToString_OfAnyPart_ShowsNeitherReferenceNorCode()
    {
        var state = Golden();
        var text = string.Join('\n', state, state.Live[0], state.Live[0].Codes[0], new EndedVerification { Verification = state.Live[0] });

        Assert.DoesNotContain("order-42", text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Byte", text, StringComparison.Ordinal);
    }

    /// <summary>A first contact after its start, and after the carrier took the message, with sizes as in production.</summary>
    private static PhoneAliasState Typical(bool isSent)
    {
        var world = new AliasWorld { Plan = AliasWorld.PlanOf("sandbox-sms") };
        world.State = world.State with { Tenant = TenantId.Parse("tn-0123456789abcdefghjkmnpqrs"), SealedNumber = new byte[38] };
        var id = world.Started(AliasWorld.Request("login", reference: "order-42-of-a-typical-shop-000001"));
        if (isSent)
        {
            world.Report(id, 0, CarrierError.None);
        }

        return world.State;
    }

    private static PhoneAliasState Golden() => new()
    {
        PackedAlias = [.. Enumerable.Range(40, 25).Select(i => (byte)i)],
        Tenant = TenantId.Parse("tn-golden"),
        Context = "buyer",
        SealedNumber = [1, 2, 3, 4],
        Destination = new PhoneDestination("DE", LineType.Mobile),
        CreatedAt = 1_750_000_000_000,
        VerifiedAt = 1_750_000_001_000,
        LiveOrNull =
        [
            new LiveVerification
            {
                PackedId = [.. Enumerable.Range(50, 25).Select(i => (byte)i)],
                Reference = "order-42",
                PurposeOrNull = "login",
                Locale = "en",
                ResendPolicy = ResendPolicy.KeepPreviousUntilAccepted,
                CreatedAt = 1_750_000_002_000,
                ExpiresAt = 1_750_000_302_000,
                TtlSeconds = 300,
                CodeLength = 6,
                CodesOrNull =
                [
                    new CodeEntry { Send = 1, Mac = [5, 6, 7], CreatedAt = 1_750_000_002_000, ExpiresAt = 1_750_000_302_000, Extended = 30_000 },
                    new CodeEntry { Send = 2, Mac = [8, 9], Sealed = [10, 11], CreatedAt = 1_750_000_002_000, ExpiresAt = 1_750_000_302_000 },
                ],
                AttemptsOrNull =
                [
                    new AttemptEntry { Send = 1, Route = RouteId.Parse("one"), Status = AttemptStatus.Rejected, At = 1_750_000_002_000, Why = "throttled" },
                    new AttemptEntry { Send = 2, Channel = Channel.Voice, Route = RouteId.Parse("two"), Status = AttemptStatus.Accepted, Segments = 2, At = 1_750_000_032_000, Why = "resend" },
                ],
                Sends = 2,
                LastSendAt = 1_750_000_032_000,
                FailedChecks = 3,
                StartCommand = 11,
                CheckCommandsOrNull = [12, ulong.MaxValue],
                ResendCommandsOrNull = [13],
            },
        ],
        SendsOrNull = [new SendCount(1_750_000_002_000, 1), new SendCount(1_750_000_032_000, 2)],
        FailuresOrNull = [new FailureMark(1_750_000_040_000, Channel.Sms), new FailureMark(1_750_000_041_000, Channel.Voice)],
        ChannelsOrNull = [new ChannelRecord(Channel.Voice, 3, 1_750_000_050_000)],
        UnpausedAt = 1_750_000_060_000,
        LastMessagesOrNull = [new LastMessage(Channel.Voice, "login", 1_750_000_032_000)],
    };

    private static EndedVerification GoldenEnded() => new()
    {
        Verification = Golden().Live[0] with { CodesOrNull = null },
        Status = VerificationStatus.Undeliverable,
        Reason = "no-route",
        EndedAt = 1_750_000_099_000,
    };
}
