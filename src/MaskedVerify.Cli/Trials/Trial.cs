using System.Text.Encodings.Web;
using System.Text.Json;
using MaskedVerify.Cli.Output;

namespace MaskedVerify.Cli.Trials;

/// <summary>The loop of a verification against a sandbox: start, read the message, check the code. Prints each request, what came back, and what it means.</summary>
internal sealed class Trial(ApiClient client, CliConsole console, bool asJson)
{
    /// <summary>A sandbox message stands in the inbox within this time, or never will.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // A plus sign as it is typed; nothing of this goes into a page.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs it; the exit code says whether the number was verified.</summary>
    public async Task<int> RunAsync(string number, CancellationToken cancellationToken)
    {
        Step(1, "Start. The number enters once; the answer has an alias, and you keep that instead.");
        var started = await CallAsync("/v1/verifications", JsonSerializer.Serialize(new { to = new { phoneNumber = number } }, s_json), cancellationToken);
        var (id, alias) = (Text(started, "id"), Text(started, "alias"));
        Say($"   verification {id}");
        Say($"   alias        {alias}");
        if (Text(started, "status") != "pending")
        {
            return Ended(started);
        }

        Step(2, "The message. On a real carrier it is on the person's phone now; the sandbox keeps it in an inbox.");
        var found = await FindMessageAsync(alias, id, cancellationToken);
        if (found is not { } message || !message.GetProperty("arrives").GetBoolean())
        {
            Say(found is { } lost ? $"   The message reaches no phone: {Text(lost, "outcome")}." : "   There is no message.");
            return Ended(await CallAsync($"/v1/verifications/{id}", null, cancellationToken));
        }

        Say($"   \"{Text(message, "text")}\"");
        Step(3, "Check what the person typed. A code is accepted once; wrong tries count per person.");
        var judged = await CallAsync($"/v1/verifications/{id}/check", JsonSerializer.Serialize(new { code = Text(message, "code") }), cancellationToken);
        var isApproved = judged.GetProperty("valid").GetBoolean() && Text(judged, "status") == "approved";
        Say($"   valid {judged.GetProperty("valid").GetRawText()}, status {Text(judged, "status")}");
        Say();
        Say(isApproved ? "Verified. No answer held the number. Next: the API reference at /docs, other outcomes with maskedverify try +12025550102." : "Not verified.");
        return isApproved ? ExitCodes.Ok : ExitCodes.Refused;
    }

    /// <summary>Prints a line for people.</summary>
    public void Say(string line = "")
    {
        if (!asJson)
        {
            console.WriteLine(line);
        }
    }

    private void Step(int number, string text)
    {
        Say();
        Say($"{number}. {text}");
    }

    // The message of this start: an older one of the same alias would hold a code that is void.
    private async Task<JsonElement?> FindMessageAsync(string alias, string id, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            var isFirst = waited == TimeSpan.Zero;
            var inbox = await CallAsync($"/sandbox/messages?alias={alias}", null, cancellationToken, isQuiet: !isFirst);
            foreach (var message in inbox.GetProperty("messages").EnumerateArray())
            {
                if (Text(message, "verification") == id)
                {
                    return message;
                }
            }

            if (waited >= s_patience)
            {
                return null;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private int Ended(JsonElement verification)
    {
        var attempt = verification.GetProperty("attempts").EnumerateArray().LastOrDefault();
        Say($"   status {Text(verification, "status")}{(attempt.ValueKind == JsonValueKind.Object ? $", last attempt {Text(attempt, "status")} ({Text(attempt, "why")})" : "")}");
        Say();
        Say("Not verified: the sandbox did with this number what its last two digits ask for. See /sandbox for the list.");
        return ExitCodes.Refused;
    }

    private async Task<JsonElement> CallAsync(string path, string? body, CancellationToken cancellationToken, bool isQuiet = false)
    {
        if (!isQuiet)
        {
            Say($"   {(body is null ? "GET" : "POST")} {path}{(body is null ? "" : "  " + body)}");
        }

        var (status, answer) = await client.SendAsync(path, body, cancellationToken);
        if (status is < 200 or > 299)
        {
            throw Refusal(status, answer);
        }

        if (asJson && !isQuiet)
        {
            console.WriteJson(answer);
        }

        return answer;
    }

    private static CliException Refusal(int status, JsonElement problem)
    {
        var detail = Text(problem, "detail");
        var wait = problem.TryGetProperty("limit", out var limit) && limit.TryGetProperty("retryAfterSeconds", out var seconds)
            ? $"Try again in {seconds.GetRawText()} s, or take a number with another area code: the sandbox knows them all."
            : null;
        return new CliException(
            status switch { 401 or 403 => ExitCodes.NotAllowed, 404 => ExitCodes.NotFound, >= 500 => ExitCodes.Unavailable, _ => ExitCodes.Refused },
            $"{Text(problem, "title")} ({status})",
            [.. new[] { detail, wait }.OfType<string>().Where(line => line.Length > 0)]);
    }

    private static string Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "-";
}
