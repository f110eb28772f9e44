using FsCheck;
using FsCheck.Fluent;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>One random step: what, and two numbers that say on which and how.</summary>
public readonly record struct Step(int Op, int A, int B);

/// <summary>A random history and the policy it happens under.</summary>
public sealed record AliasHistory(int Seed, Step[] Steps)
{
    public override string ToString() => $"new AliasHistory({Seed}, [{string.Join(", ", Steps.Select(s => $"new({s.Op}, {s.A}, {s.B})"))}])";

    internal TenantPolicy Policy => new()
    {
        ChecksPerVerification = 1 + (Seed % 5),
        FailuresPerDay = 5 + (Seed / 5 % 20),
        SendsPerHour = 3 + (Seed / 7 % 40),
        SendsPerDay = 5 + (Seed / 11 % 80),
        MaxSendsPerVerification = 1 + (Seed / 13 % 5),
        ResendSpacingSeconds = 10 + (Seed / 17 % 60),
        ResendUnknown = Seed % 3 == 0,
        TtlSeconds = 60 + (Seed / 19 % 540),
    };

    internal static void Play(AliasWorld world, Step step)
    {
        var id = world.Ids.Count == 0 ? default : world.Ids[Math.Max(0, world.Ids.Count - 1 - (step.A % 7))];
        if (id.IsNone || step.Op < 14)
        {
            world.Start(AliasWorld.Request(Purpose(step.A), (ResendPolicy)(step.B % 3), step.B % 2 == 0 ? null : 60 + (step.B % 541)));
        }
        else
        {
            PlayOn(world, id, step);
        }
    }

    private static void PlayOn(AliasWorld world, VerificationId id, Step step)
    {
        switch (step.Op)
        {
            case < 34:
                world.Check(id, typedSend: null);
                break;
            case < 40:
                world.Check(id, 1 + (step.B % 4));
                break;
            case < 52:
                world.Resend(id, step.B % 4 == 0 ? Channel.Voice : null);
                break;
            case < 54:
                world.Cancel(id);
                break;
            case < 66:
                world.Report(id, step.B % 4, (CarrierError)(step.B / 4 % 9), step.B % 5 == 0 ? AliasWorld.PlanOf() : null);
                break;
            case < 74:
                world.Receipt(id, step.B % 4, (AttemptStatus)(3 + (step.B / 4 % 4)), "absent-subscriber");
                break;
            case < 80:
                world.Due(id);
                break;
            case < 90:
                world.Seconds(step.B % 90);
                break;
            case < 98:
                world.Now += step.B % 4_000_000;
                break;
            default:
                world.Now += step.B % 90_000_000;
                break;
        }
    }

    private static string? Purpose(int a) => (a % 3) switch { 0 => null, 1 => "login", _ => "pay" };
}

/// <summary>Generates histories; shrinks by leaving steps out.</summary>
public static class AliasHistories
{
    public static Arbitrary<AliasHistory> Histories()
    {
        var step = from op in Gen.Choose(0, 99)
                   from a in Gen.Choose(0, 1_000)
                   from b in Gen.Choose(0, 100_000_000)
                   select new Step(op, a, b);
        var history = from seed in Gen.Choose(0, 100_000)
                      from length in Gen.Choose(1, 120)
                      from steps in Gen.ArrayOf(step, length)
                      select new AliasHistory(seed, steps);
        return Arb.From(history, Shrink);
    }

    private static IEnumerable<AliasHistory> Shrink(AliasHistory history)
    {
        for (var size = history.Steps.Length / 2; size >= 1; size /= 2)
        {
            for (var from = 0; from + size <= history.Steps.Length; from += size)
            {
                yield return history with { Steps = [.. history.Steps[..from], .. history.Steps[(from + size)..]] };
            }
        }
    }
}
