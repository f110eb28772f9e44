using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Sandbox;

/// <summary>The operations of the sandbox, for the OpenAPI document.</summary>
internal static class SandboxOperations
{
    private const string Tag = "Sandbox";

    /// <summary>listSandboxMessages.</summary>
    public static OperationDoc Messages { get; } = new(
        "listSandboxMessages", Tag, "Read the sandbox inbox", "What the sandbox carrier would have sent to an alias, newest first, with the codes. Test keys (`mv_test_…`) only. Kept in memory of this server only.")
    {
        QueryParameter = new ParameterDoc("alias", "The alias whose messages to list.", "^pa-[0-9a-z]{40}$", VerificationOperations.ExampleAlias),
        Answers =
        [
            new AnswerDoc(200, "The messages.", typeof(SandboxMessagesResource), $$"""
                { "alias": "{{VerificationOperations.ExampleAlias}}", "messages": [ { "verification": "{{VerificationOperations.ExampleId}}", "attempt": 0, "code": "042137",
                  "text": "042137 is your MaskedVerify code.", "channel": "sms", "outcome": "delivered", "arrives": true, "at": "2026-11-23T18:51:37.204Z" } ] }
                """),
        ],
        Problems = [ProblemSlugs.InvalidRequest, ProblemSlugs.NotFound],
    };

    /// <summary>listSandboxNumbers.</summary>
    public static OperationDoc Numbers { get; } = new(
        "listSandboxNumbers", Tag, "List the magic numbers", "Numbers that force an outcome in the sandbox: delivered, undelivered, rejected, slow, … Needs no key.")
    {
        Answers =
        [
            new AnswerDoc(200, "The numbers.", typeof(SandboxNumbersResource), """
                { "pattern": "+1 ### 555 01xx", "numbers": [ { "number": "+12025550100", "outcome": "delivered", "whatHappens": "Accepted at once; a delivered receipt follows." } ] }
                """),
        ],
        Problems = [ProblemSlugs.InvalidRequest],
        IsAnonymous = true,
    };
}
