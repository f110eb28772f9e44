using MaskedVerify.Carriers;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>The machine words that callers see as <c>reason</c>, <c>why</c> and names of limits. For ever, once published.</summary>
internal static class PhoneAliasWords
{
    // Reasons of a terminal state.
    internal const string Displaced = "displaced";
    internal const string CanceledByCaller = "canceled-by-caller";
    internal const string NoRoute = "no-route";

    // Why an attempt was made, or how it failed.
    internal const string Resend = "resend";
    internal const string NextRoute = "next-route:";
    internal const string NoResult = "no-result";

    // Limits.
    internal const string LiveVerifications = "live-verifications";
    internal const string CheckWait = "check-wait";
    internal const string StartSpacing = "start-spacing";
    internal const string ResendSpacing = "resend-spacing";
    internal const string StrictSpacing = "strict-spacing";
    internal const string VerificationSends = "verification-sends";
    internal const string AliasSendsHour = "alias-sends-hour";
    internal const string AliasSendsDay = "alias-sends-day";

    /// <summary>The word for a carrier's error.</summary>
    internal static string Of(CarrierError error) => error switch
    {
        CarrierError.NotSent => "not-sent",
        CarrierError.NoAnswer => "no-answer",
        CarrierError.Throttled => "throttled",
        CarrierError.InvalidDestination => "invalid-destination",
        CarrierError.Refused => "refused",
        CarrierError.Blocked => "blocked",
        CarrierError.Misconfigured => "misconfigured",
        CarrierError.Garbled => "garbled",
        _ => "failed",
    };
}
