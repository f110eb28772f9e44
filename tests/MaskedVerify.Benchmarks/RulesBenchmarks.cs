using BenchmarkDotNet.Attributes;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Benchmarks;

/// <summary>The judgements alone: pure functions, no grain, no storage.</summary>
public class RulesBenchmarks
{
    private const long Now = 1_750_000_000_000;

    private static readonly AliasId s_alias = AliasId.Create('1', 77, 5);
    private static readonly VerificationId s_id = VerificationId.Create('1', s_alias, 99, 3);
    private static readonly ProtectedCode s_code = new(new byte[32], new byte[39]);
    private static readonly RuleTerms s_terms = new(Now, new TenantPolicy { Countries = ["*"] }, IsLive: false, new GuardCaps(20, 80));

    private static readonly StartTrial s_trial = new(
        new AliasStart(s_alias, "default", null, default, null, null, null, null, null, null),
        PhoneNumber.FromE164Digits("8613800138000"),
        Channel.Sms,
        new RoutePlan([new PlannedRoute(RouteId.Parse("sandbox"), CarrierId.Parse("sandbox"), null)]),
        new GuardEntry(new byte[32], new byte[16], default));

    private readonly PhoneAliasState _idle = PhoneAliasRules.NewAlias(s_alias, TenantId.Parse("tn-bench"), "default", new byte[40], new PhoneDestination("CN", LineType.Mobile), Now);
    private PhoneAliasState _live = new();

    /// <summary>One live verification for the check.</summary>
    [GlobalSetup]
    public void Setup() => _live = PhoneAliasRules.Start(_idle, s_trial, s_id, 1, s_code, s_terms).State;

    /// <summary>A start on an alias with nothing live.</summary>
    [Benchmark]
    public object Start() => PhoneAliasRules.Start(_idle, s_trial, s_id, 1, s_code, s_terms);

    /// <summary>A check with the right code.</summary>
    [Benchmark]
    public object Check() => PhoneAliasRules.Check(_live, s_id, 2, 1, s_terms);
}
