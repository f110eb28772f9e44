using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MaskedVerify.Load.Servers;

/// <summary>Makes, over the administration of the internal port, a sandbox tenant whose limits a load does not reach, and a key for it.</summary>
internal static class AdminClient
{
    /// <summary>Makes both.</summary>
    /// <param name="internalAddress">The internal port.</param>
    /// <param name="operatorKey">The operator's key; from this machine the embedded mode needs none for metrics, but administration always does.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LoadSetupException">The server refused.</exception>
    public static async Task<LoadTenant> CreateTenantAsync(Uri internalAddress, string? operatorKey, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = internalAddress };
        if (operatorKey is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        var tenant = await PostAsync(http, "/admin/v1/tenants", new JsonObject { ["name"] = "Load " + Letters(), ["policy"] = Policy() }, cancellationToken);
        var id = tenant["id"]?.GetValue<string>() ?? throw new LoadSetupException("The server's answer to a new tenant has no id.");
        var key = await PostAsync(http, $"/admin/v1/tenants/{id}/keys", new JsonObject { ["label"] = "load" }, cancellationToken);
        return new LoadTenant(id, key["key"]?.GetValue<string>() ?? throw new LoadSetupException("The server's answer to a new key has no key."));
    }

    // No two tenants have one name, and a name holds no run of digits.
    private static string Letters() => string.Concat(Guid.NewGuid().ToString("N").Select(c => char.IsAsciiDigit(c) ? (char)(c - '0' + 'g') : c));

    // The greatest values that a policy may have: whatever is measured, it is not a limit that answers.
    private static JsonObject Policy() => new()
    {
        ["resendSpacingSeconds"] = 0,
        ["sendsPerHour"] = 1_000_000,
        ["sendsPerDay"] = 1_000_000,
        ["numberSendsPerHour"] = 1_000_000,
        ["numberSendsPerDay"] = 1_000_000,
        ["startsPerSecond"] = 1_000_000,
        ["sendsPerUtcDay"] = 1_000_000_000,
        ["aliasesPerUtcDay"] = 1_000_000_000,
    };

    private static async Task<JsonNode> PostAsync(HttpClient http, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(path, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new LoadSetupException($"The server answered {(int)answer.StatusCode} to POST {path}: {text}");
    }
}

/// <summary>The tenant of a run. Prints no key.</summary>
internal sealed record LoadTenant(string Id, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => Id;
}
