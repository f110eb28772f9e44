using System.Reflection;
using MaskedVerify.Architecture.Tests.Reading;

namespace MaskedVerify.Architecture.Tests.Tree;

/// <summary>The last parts of problem types are stable for ever.</summary>
public sealed class ProblemSlugTests
{
    /// <summary>Every slug of the HTTP contract.</summary>
    private static readonly string[] Contract =
    [
        "invalid-request", "invalid-phone-number", "idempotency-key-missing", "idempotency-key-reused", "request-in-progress", "unauthenticated", "signature-invalid",
        "forbidden", "address-not-allowed", "destination-not-allowed", "blocked-by-policy", "not-found", "verification-ended", "rate-limited", "quota-exceeded",
        "insufficient-budget", "wrong-region", "no-route", "number-pool-exhausted", "unavailable",
    ];

    /// <summary>Slugs of operations that this release does not have.</summary>
    private static readonly string[] Later = ["signature-invalid", "address-not-allowed", "blocked-by-policy", "insufficient-budget", "wrong-region", "number-pool-exhausted"];

    [Fact]
    public void Slugs_AreThoseOfTheContract()
    {
        var slugs = Product.Load("MaskedVerify.Front").GetTypes().Single(t => t.Name == "ProblemSlugs")
            .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .Where(v => !v.Contains(':', StringComparison.Ordinal));
        Assert.Equal(Contract.Except(Later, StringComparer.Ordinal).Order(StringComparer.Ordinal), slugs.Order(StringComparer.Ordinal));
    }
}
