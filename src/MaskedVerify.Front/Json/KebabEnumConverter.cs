using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaskedVerify.Front.Json;

/// <summary>Enums as the contract writes them: <c>attempts-exhausted</c>; never as a number.</summary>
internal sealed class KebabEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
