using System.Text.Json;
using System.Text.Json.Serialization;
using MaskedVerify.Domain;
using MaskedVerify.Front.Operations;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Json;

/// <summary>The rules of <see cref="FrontJson"/> for the framework's own JSON, from which the document's schemas are made.</summary>
internal static class FrontJsonOptions
{
    /// <summary>Applies them.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, FrontJson.Default);
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new KebabEnumConverter<VerificationStatus>());
        options.Converters.Add(new KebabEnumConverter<AttemptStatus>());
        options.Converters.Add(new KebabEnumConverter<Channel>());
        options.Converters.Add(new KebabEnumConverter<LineType>());
        options.Converters.Add(new KebabEnumConverter<ResendPolicy>());
        options.Converters.Add(new KebabEnumConverter<RiskDecision>());
        options.Converters.Add(new KebabEnumConverter<HealthState>());
    }
}
