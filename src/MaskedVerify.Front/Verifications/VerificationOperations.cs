using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;

namespace MaskedVerify.Front.Verifications;

/// <summary>The operations on verifications, for the OpenAPI document.</summary>
internal static class VerificationOperations
{
    /// <summary>An example id.</summary>
    public const string ExampleId = "vf-0" + ExampleRandom + "2c7k9v0m4x1r8t5w3q6z0b2n8d" + "0h4j6k8m0p2r4";

    /// <summary>An example alias.</summary>
    public const string ExampleAlias = "pa-0" + ExampleRandom + "0a1b2c3d4e5f6";

    private const string ExampleRandom = "3f8k2m9q1w7x5z0c4v6b8n2d1g";
    private const string Tag = "Verifications";

    private static readonly ParameterDoc s_id = new(
        "id", "Id of the verification. An unknown id, another tenant's and a malformed one are answered with the same 404.", "^vf-[0-9a-z]{66}$", ExampleId);

    /// <summary>startVerification.</summary>
    public static OperationDoc Start { get; } = new(
        "startVerification",
        Tag,
        "Start a verification",
        """
        Sends a code to a number, or to an alias of yours, and answers with the verification. The answer waits up to two seconds for the carrier, so its
        attempt usually says `accepted` already. Ask for the number only at the first contact: keep the `alias` of the answer instead of the number.

        With an `Idempotency-Key` a retry never sends a second message. A sixth live verification of an alias ends the oldest one of the same purpose.

        Messages of one alias, channel and purpose are spaced (`resendSpacingSeconds`, 30), whatever became of the last one; only an approval ends that early. A start that comes too
        soon is 429 `rate-limited` by `start-spacing`, with the live verification in `verification` if there is one: check or resend that one instead.

        A text message is a *restricted* authenticator (NIST SP 800-63B-4): offer your users another one too.
        """)
    {
        Body = new BodyDoc(typeof(StartVerificationRequest), IsRequired: true,
        [
            ("first contact by number", """{ "to": { "phoneNumber": "+12025550100" } }"""),
            ("by alias, with everything", $$"""{ "to": { "alias": "{{ExampleAlias}}" }, "context": "buyer", "reference": "order-42", "purpose": "login", "locale": "zh-CN", "codeLength": 6, "ttlSeconds": 300, "resendPolicy": "rotate" }"""),
        ]),
        Answers = [new AnswerDoc(201, "Started. `Location` is where to read it.", typeof(VerificationResource), Pending, HasLocation: true)],
        Problems =
        [
            ProblemSlugs.InvalidRequest, ProblemSlugs.InvalidPhoneNumber, ProblemSlugs.DestinationNotAllowed, ProblemSlugs.NotFound, ProblemSlugs.RateLimited,
            ProblemSlugs.QuotaExceeded, ProblemSlugs.NoRoute,
        ],
        TakesKey = true,
    };

    /// <summary>getVerification.</summary>
    public static OperationDoc Get { get; } = new(
        "getVerification", Tag, "Read a verification", "Live or ended. An ended verification stays readable for 90 days.")
    {
        PathParameter = s_id,
        Answers = [new AnswerDoc(200, "The verification.", typeof(VerificationResource), Pending)],
        Problems = [ProblemSlugs.NotFound],
    };

    /// <summary>checkCode.</summary>
    public static OperationDoc Check { get; } = new(
        "checkCode",
        Tag,
        "Check a code",
        """
        Judges the code that the person typed. A wrong code is an answer with status 200 and `valid: false`, not a problem. A code is accepted once.

        Wrong tries count per alias: a new code never resets them, and waits grow. A check before `next.checkAfterSeconds` is 429 and counts nothing; a check of
        an ended verification is 409 with the verification in it. With an `Idempotency-Key` a lost answer to the right code can be asked for again.
        """)
    {
        PathParameter = s_id,
        Body = new BodyDoc(typeof(CheckCodeRequest), IsRequired: true, [("a code", """{ "code": "042137" }""")]),
        Answers = [new AnswerDoc(200, "Judged; `valid` tells whether the code was right.", typeof(CheckedVerificationResource), Approved)],
        Problems = [ProblemSlugs.InvalidRequest, ProblemSlugs.NotFound, ProblemSlugs.VerificationEnded, ProblemSlugs.RateLimited],
        TakesKey = true,
    };

    /// <summary>resendCode.</summary>
    public static OperationDoc Resend { get; } = new(
        "resendCode",
        Tag,
        "Send again",
        "Sends again, under the `resendPolicy` of the start. `next.mayResend` and `next.resendAfterSeconds` tell when; earlier is 429. It never resets the count of wrong tries.")
    {
        PathParameter = s_id,
        Body = new BodyDoc(typeof(ResendCodeRequest), IsRequired: false, [("by a call", """{ "channel": "voice" }""")]),
        Answers = [new AnswerDoc(200, "Sent again; the new attempt is the last one of `attempts`.", typeof(VerificationResource), Pending)],
        Problems =
        [
            ProblemSlugs.InvalidRequest, ProblemSlugs.NotFound, ProblemSlugs.VerificationEnded, ProblemSlugs.RateLimited, ProblemSlugs.QuotaExceeded, ProblemSlugs.NoRoute,
        ],
        TakesKey = true,
    };

    /// <summary>cancelVerification.</summary>
    public static OperationDoc Cancel { get; } = new(
        "cancelVerification", Tag, "Cancel a verification", "Ends it, so that its code cannot be used any more. Cancelling an ended verification changes nothing and answers with it.")
    {
        PathParameter = s_id,
        Body = new BodyDoc(typeof(CancelVerificationRequest), IsRequired: false, [("nothing", "{}")]),
        Answers = [new AnswerDoc(200, "The verification as it is now.", typeof(VerificationResource), Canceled)],
        Problems = [ProblemSlugs.InvalidRequest, ProblemSlugs.NotFound],
        TakesKey = true,
    };

    private static string Pending => Example(
        "pending", "null", """{ "mayCheck": true, "checkAfterSeconds": 0, "checksRemaining": 5, "mayResend": false, "resendAfterSeconds": 30 }""", "accepted");

    private static string Approved => Example("approved", "null", Over, "delivered").TrimEnd('}', ' ') + """ }, "valid": true }""";

    private static string Canceled => Example("canceled", "\"canceled-by-caller\"", Over, "accepted");

    private const string Over = """{ "mayCheck": false, "checkAfterSeconds": 0, "checksRemaining": 0, "mayResend": false, "resendAfterSeconds": null }""";

    private static string Example(string status, string reason, string next, string attempt) =>
        $$"""
        { "id": "{{ExampleId}}", "alias": "{{ExampleAlias}}", "status": "{{status}}", "reason": {{reason}}, "reference": "order-42",
          "destination": { "country": "US", "lineType": "landline-or-mobile" }, "createdAt": "2026-11-23T18:51:37.204Z", "expiresAt": "2026-11-23T18:56:37.204Z",
          "next": {{next}},
          "attempts": [ { "channel": "sms", "route": "sandbox", "status": "{{attempt}}", "segments": 1, "at": "2026-11-23T18:51:37.204Z", "why": null } ],
          "risk": { "decision": "allow", "factors": [] } }
        """;
}
