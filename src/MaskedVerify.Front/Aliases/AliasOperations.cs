using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Reference;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Aliases;

/// <summary>The operations on aliases, for the OpenAPI document.</summary>
internal static class AliasOperations
{
    private const string Tag = "Aliases";
    private const string Alias = VerificationOperations.ExampleAlias;

    private static readonly ParameterDoc s_alias = new(
        "alias", "The alias. An unknown alias, another tenant's and a malformed one are answered with the same 404.", "^pa-[0-9a-z]{40}$", Alias);

    private static readonly string s_example =
        $$"""{ "alias": "{{Alias}}", "context": "buyer", "destination": { "country": "US", "lineType": "landline-or-mobile" }, "createdAt": "2026-11-23T18:51:37.204Z", "verifiedAt": null }""";

    /// <summary>createAlias.</summary>
    public static OperationDoc Create { get; } = new(
        "createAlias",
        Tag,
        "Find or make an alias",
        "Answers with the alias of a number in a context: 201 when it is new, 200 when it exists. The same number, tenant and context always give the same alias, until it is erased. Nothing is sent. A new alias counts towards the tenant's quota (`tenant-aliases-second`, `tenant-aliases-day`; policy member `aliasesPerUtcDay`); one that exists does not.")
    {
        Body = new BodyDoc(typeof(CreateAliasRequest), IsRequired: true, [("a number", """{ "phoneNumber": "+12025550100", "context": "buyer" }""")]),
        Answers =
        [
            new AnswerDoc(200, "The alias existed.", typeof(AliasResource), s_example, HasLocation: true),
            new AnswerDoc(201, "The alias is new.", typeof(AliasResource), s_example, HasLocation: true),
        ],
        Problems = [ProblemSlugs.InvalidRequest, ProblemSlugs.InvalidPhoneNumber, ProblemSlugs.DestinationNotAllowed, ProblemSlugs.RateLimited, ProblemSlugs.QuotaExceeded],
        TakesKey = true,
    };

    /// <summary>getAlias.</summary>
    public static OperationDoc Get { get; } = new("getAlias", Tag, "Read an alias", "Country, kind of line, and when a code was last accepted; never the number.")
    {
        PathParameter = s_alias,
        Answers = [new AnswerDoc(200, "The alias.", typeof(AliasResource), s_example)],
        Problems = [ProblemSlugs.NotFound],
    };

    /// <summary>eraseAlias.</summary>
    public static OperationDoc Erase { get; } = new(
        "eraseAlias",
        Tag,
        "Erase an alias",
        "Destroys the keys of the number, then deletes its rows. It cannot be undone. Messages that still wait are not sent, and no stored answer of the alias is replayed: its keys are answered with 422. Repeating it is 404, as for any unknown alias, unless it carries the same `Idempotency-Key`.")
    {
        PathParameter = s_alias,
        Answers = [new AnswerDoc(200, "Erased.", typeof(ErasureResource), $$"""{ "alias": "{{Alias}}", "receipt": null }""")],
        Problems = [ProblemSlugs.InvalidRequest, ProblemSlugs.NotFound],
        TakesKey = true,
    };
}
