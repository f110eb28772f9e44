using System.Security.Cryptography;
using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Load.Soaks;

/// <summary>Commits pairs as aliases do: a start, its receipt, a check; with the rows and about the bytes of the real ones. Owns its aliases, so versions never conflict.</summary>
/// <param name="store">Where.</param>
/// <param name="caller">Its number, from 0.</param>
/// <param name="aliases">How many aliases it has.</param>
/// <param name="window">How long its rows are kept.</param>
internal sealed class SoakCaller(IHotStore store, int caller, int aliases, TimeSpan window)
{
    private const string Table = "phone-alias";

    private static readonly CarrierId s_carrier = CarrierId.Parse("sandbox");

    private readonly long[] _versions = new long[aliases];
    private readonly byte[] _payload = RandomNumberGenerator.GetBytes(420);
    private readonly TenantId _tenant = TenantId.Parse($"tn-soak-{caller % 40}");
    private ulong _next;

    /// <summary>One start and its check.</summary>
    public async Task RunAsync()
    {
        var n = (int)(_next % (ulong)aliases);
        var alias = AliasId.Create('1', new UInt128((ulong)caller + 1, (ulong)n), 7);
        var verification = VerificationId.Create('1', alias, new UInt128((ulong)RandomNumberGenerator.GetInt32(int.MaxValue), ++_next), 9);
        var key = $"pa-soak-{caller}-{n}";
        var now = DateTimeOffset.UtcNow;
        var message = $"m-{caller}-{_next}";

        // A guard row is kept for a day: this one begins its last moments.
        await CommitAsync(n, key,
        [
            new UniqueKeyRow(RandomNumberGenerator.GetBytes(32), new byte[16], _payload[..180], now + window),
            new GuardCountRow(SHA256.HashData(Encoding.ASCII.GetBytes(key)), RandomNumberGenerator.GetBytes(16), now.AddDays(-1) + window, new GuardCaps(1_000_000, 1_000_000)),
            new DueRow(verification, alias, now.AddMinutes(10)),
            new ReceiptMapRow(s_carrier, message, alias, verification, 0, now, now + window),
            Audit("verification.started", verification, now),
        ]);
        await store.RecordReceiptAsync(new ParkedReceipt(s_carrier, message, AttemptStatus.Delivered, null, now, now + window));
        await CommitAsync(n, key,
        [
            new OutcomeRow(verification, alias, _payload[..120], now + window),
            new DueDoneRow(verification),
            new ReceiptAppliedRow(s_carrier, message, verification, 0, AttemptStatus.Delivered),
            Audit("verification.approved", verification, now),
        ]);
    }

    private async Task CommitAsync(int n, string key, SideRow[] rows)
    {
        var result = await store.CommitAsync(new HotCommit(Table, key, _versions[n], _payload, rows));
        _versions[n] = result.Status == CommitStatus.Committed ? result.Version : throw new InvalidOperationException($"A commit ended as {result.Status}.");
    }

    private AuditRow Audit(string action, VerificationId verification, DateTimeOffset at)
    {
        var id = RandomNumberGenerator.GetBytes(16);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, (at.ToUnixTimeMilliseconds() << 16) + RandomNumberGenerator.GetInt32(65_536));
        return new AuditRow(id, _tenant, Encoding.ASCII.GetBytes($$"""{"v":1,"action":"{{action}}","actor":"0123456789abcdef","subject":"{{verification.Value}}","outcome":"ok"}"""), at);
    }
}
