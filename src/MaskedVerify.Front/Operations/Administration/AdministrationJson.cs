using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>Strict JSON of administration: unknown and doubled members are errors, and every mistake is named by its JSON pointer.</summary>
internal static class AdministrationJson
{
    /// <summary>camelCase, enums as words (<c>keep-previous-until-accepted</c>).</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads the body as <typeparamref name="T"/>.</summary>
    /// <exception cref="AdministrationInputException">It is none.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new AdministrationInputException("", "Send JSON, with Content-Type: application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(new BoundedBody(request.Body), Options, request.HttpContext.RequestAborted)
                ?? throw new AdministrationInputException("", "The body is null.");
        }
        catch (JsonException exception)
        {
            throw new AdministrationInputException(Pointer(exception.Path), Sentence(exception));
        }
    }

    /// <summary>
    /// A copy of <paramref name="value"/> in which the members of <paramref name="changes"/> replace those of the same name. All mistakes are collected in
    /// <paramref name="errors"/> under <paramref name="at"/>.
    /// </summary>
    public static T Overlay<T>(T value, JsonObject? changes, string at, List<AdministrationError> errors)
        where T : class
    {
        var merged = JsonSerializer.SerializeToNode(value, Options)!.AsObject();
        var members = Options.GetTypeInfo(typeof(T)).Properties.ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.Ordinal);
        foreach (var (name, change) in changes ?? [])
        {
            var pointer = $"{at}/{Escape(name)}";
            if (!members.TryGetValue(name, out var type))
            {
                errors.Add(new(pointer, $"There is no such member. Known: {string.Join(", ", members.Keys)}."));
            }
            else if (Fits(change, type, pointer, errors))
            {
                merged[name] = change?.DeepClone();
            }
        }

        return errors.Count > 0 ? value : merged.Deserialize<T>(Options)!;
    }

    private static bool Fits(JsonNode? value, Type type, string pointer, List<AdministrationError> errors)
    {
        try
        {
            if (value is null || value.Deserialize(type, Options) is null)
            {
                errors.Add(new(pointer, "Must not be null."));
                return false;
            }

            return true;
        }
        catch (JsonException exception)
        {
            var words = type is { IsGenericType: true, GenericTypeArguments: [{ IsEnum: true } item] } ? item : type;
            errors.Add(new(pointer, !words.IsEnum ? Sentence(exception) : $"Must be {(words == type ? "" : "a list, each of it ")}one of {string.Join(", ", Words(words))}."));
            return false;
        }
    }

    private static IEnumerable<string> Words(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName);

    // The reader's own messages repeat what was read; only what kind of mistake it was is told.
    private static string Sentence(JsonException exception) =>
        exception.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "There is no such member here."
        : exception.Message.Contains("uplicate", StringComparison.Ordinal) ? "The member stands here twice."
        : exception.Message.Contains("missing required", StringComparison.Ordinal) ? "A required member is missing."
        : exception.Message.Contains("could not be converted", StringComparison.Ordinal) ? "The value has the wrong type."
        : exception.Message.StartsWith("Not a valid", StringComparison.Ordinal) ? exception.Message
        : "This is not well-formed JSON.";

    private static string Pointer(string? path) => path is null or "$"
        ? ""
        : path.Replace("$", string.Empty, StringComparison.Ordinal).Replace("['", "/", StringComparison.Ordinal).Replace("']", string.Empty, StringComparison.Ordinal)
            .Replace('.', '/').Replace('[', '/').Replace("]", string.Empty, StringComparison.Ordinal);

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
