using System.Text.Json.Serialization;
using MaskedVerify.Domain;
using MaskedVerify.Front.Aliases;
using MaskedVerify.Front.Operations;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Sandbox;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Json;

/// <summary>Everything that crosses the wire, compiled: no reflection on the hot path.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false,
    MaxDepth = 32,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(KebabEnumConverter<VerificationStatus>),
        typeof(KebabEnumConverter<AttemptStatus>),
        typeof(KebabEnumConverter<Channel>),
        typeof(KebabEnumConverter<LineType>),
        typeof(KebabEnumConverter<ResendPolicy>),
        typeof(KebabEnumConverter<RiskDecision>),
        typeof(KebabEnumConverter<HealthState>),
    ])]
[JsonSerializable(typeof(StartVerificationRequest))]
[JsonSerializable(typeof(CheckCodeRequest))]
[JsonSerializable(typeof(ResendCodeRequest))]
[JsonSerializable(typeof(CancelVerificationRequest))]
[JsonSerializable(typeof(CreateAliasRequest))]
[JsonSerializable(typeof(VerificationResource))]
[JsonSerializable(typeof(CheckedVerificationResource))]
[JsonSerializable(typeof(AliasResource))]
[JsonSerializable(typeof(ErasureResource))]
[JsonSerializable(typeof(SandboxMessagesResource))]
[JsonSerializable(typeof(SandboxNumbersResource))]
[JsonSerializable(typeof(ProblemResource))]
[JsonSerializable(typeof(HealthResource))]
internal sealed partial class FrontJson : JsonSerializerContext;
