using System.Text.Json;

namespace MaskedVerify.Front.Requests;

/// <summary>
/// Takes the known members out of one JSON object and collects everything that is wrong with it, so that a caller sees all mistakes at once. An absent
/// member and a <c>null</c> are the same.
/// </summary>
internal sealed class JsonMembers(JsonElement element, string pointer, List<RequestError> errors)
{
    private readonly List<string> _known = new(12);

    /// <summary>The mistakes so far, of this object and of those inside it.</summary>
    public List<RequestError> Errors => errors;

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A string of <paramref name="min"/> to <paramref name="max"/> UTF-16 units whose every character passes <paramref name="allowed"/>.</summary>
    public string? Text(string name, int min, int max, string rule, Func<char, bool>? allowed = null)
    {
        if (!Take(name, JsonValueKind.String, $"a string: {rule}", out var value))
            return null;
        if (TryGetString(value, out var text) && text.Length >= min && text.Length <= max && (allowed is null || text.All(allowed)))
            return text;
        Wrong(name, $"Expected {rule}.");
        return null;
    }

    /// <summary>Any string, for values that have a parser of their own.</summary>
    public string? AnyText(string name, string rule)
    {
        if (!Take(name, JsonValueKind.String, rule, out var value))
            return null;
        if (TryGetString(value, out var text))
            return text;
        Wrong(name, "Expected well-formed Unicode.");
        return null;
    }

    /// <summary>A whole number written without quotes, fraction or exponent.</summary>
    public int? Integer(string name, int min, int max)
    {
        if (!Take(name, JsonValueKind.Number, $"a whole number from {min} to {max}", out var value))
            return null;
        if (value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Wrong(name, $"Expected a whole number from {min} to {max}.");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public T? Choice<T>(string name, IReadOnlyList<(string Word, T Value)> words)
        where T : struct
    {
        var rule = string.Join(", ", words.Select(w => $"\"{w.Word}\""));
        if (!Take(name, JsonValueKind.String, $"one of {rule}", out var value))
            return null;
        foreach (var (word, choice) in words)
        {
            if (TryGetString(value, out var text) && text == word)
                return choice;
        }

        Wrong(name, $"Expected one of {rule}.");
        return null;
    }

    /// <summary>An object inside, or null.</summary>
    public JsonMembers? Object(string name) =>
        Take(name, JsonValueKind.Object, "an object", out var value) ? new JsonMembers(value, $"{pointer}/{name}", errors) : null;

    /// <summary>Reports a member that has to be there.</summary>
    public void Require(string name, string rule)
    {
        if (!Has(name))
            Wrong(name, $"Required: {rule}.");
    }

    /// <summary>Reports a mistake of a member; empty for the object itself.</summary>
    public void Wrong(string name, string detail) => errors.Add(RequestError.At(name.Length == 0 ? pointer : $"{pointer}/{name}", detail));

    /// <summary>Reports every member that nobody asked for.</summary>
    public void RejectOthers()
    {
        foreach (var member in element.EnumerateObject())
        {
            var name = SafeName(member);
            if (name is not null && _known.Contains(name))
                continue;
            if (name is null)
                errors.Add(RequestError.At(pointer, $"A member has an unknown name. {Known()}"));
            else
                Wrong(name, $"Unknown member. {Known()}");
        }
    }

    private string Known() => _known.Count == 0 ? "No member is known here." : $"Known here: {string.Join(", ", _known)}.";

    private bool Take(string name, JsonValueKind kind, string rule, out JsonElement value)
    {
        _known.Add(name);
        if (!element.TryGetProperty(name, out value) || value.ValueKind == JsonValueKind.Null)
            return false;
        if (value.ValueKind == kind)
            return true;
        Wrong(name, $"Expected {rule}.");
        return false;
    }

    // A name may hold anything, a number too: only plain words are repeated.
    private static string? SafeName(JsonProperty member)
    {
        try
        {
            var name = member.Name;
            return name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetter(c) || c is '_' or '-') ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Lone surrogates and broken UTF-8 pass the tokenizer and surface here.
    private static bool TryGetString(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString() ?? string.Empty;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = string.Empty;
            return false;
        }
    }
}
