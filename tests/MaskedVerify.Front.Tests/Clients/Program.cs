using System.Net.Http.Headers;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

// Arguments: address of the server, a test key. Prints what each client saw, a line each.
var (address, key) = (args[0], args[1]);
await NSwagAsync();
await KiotaAsync();

HttpClient Http() => new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

async Task NSwagAsync()
{
    using var http = Http();
    var client = new NSwagGenerated.MaskedVerifyClient(http);
    var started = await client.StartVerificationAsync(null, new NSwagGenerated.StartVerification
    {
        To = new NSwagGenerated.To { PhoneNumber = "+12025550100" },
        ResendPolicy = NSwagGenerated.StartVerificationResendPolicy.KeepPreviousUntilAccepted,
    });
    var inbox = await client.ListSandboxMessagesAsync(started.Alias);
    var judged = await client.CheckCodeAsync(started.Id, null, new NSwagGenerated.CheckCode { Code = inbox.Messages.First().Code });
    Console.WriteLine($"nswag {judged.Valid} {judged.Status} {judged.Destination.LineType}");
    try
    {
        await client.StartVerificationAsync(null, new NSwagGenerated.StartVerification { To = new NSwagGenerated.To { PhoneNumber = "+1" } });
    }
    catch (NSwagGenerated.ApiException<NSwagGenerated.Problem> e)
    {
        Console.WriteLine($"nswag {e.StatusCode} {e.Result.Type.Split('/')[^1]}");
    }
}

async Task KiotaAsync()
{
    // The provider of keys takes https only, which a test on loopback does not have.
    using var http = Http();
    using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = address };
    var client = new KiotaGenerated.MaskedVerifyClient(adapter);
    var started = await client.V1.Verifications.PostAsync(new KiotaGenerated.Models.StartVerification
    {
        To = new KiotaGenerated.Models.To { PhoneNumber = "+12025550102" },
        ResendPolicy = KiotaGenerated.Models.StartVerification_resendPolicy.KeepPreviousUntilAccepted,
    });
    var inbox = await client.Sandbox.Messages.GetAsync(request => request.QueryParameters.Alias = started!.Alias);
    var judged = await client.V1.Verifications[started!.Id].Check.PostAsync(new KiotaGenerated.Models.CheckCode { Code = inbox!.Messages![0].Code });
    Console.WriteLine($"kiota {judged!.Valid} {judged.Status} {judged.Destination!.LineType}");
    try
    {
        await client.V1.Verifications.PostAsync(new KiotaGenerated.Models.StartVerification { To = new KiotaGenerated.Models.To { PhoneNumber = "+1" } });
    }
    catch (KiotaGenerated.Models.Problem e)
    {
        Console.WriteLine($"kiota {e.ResponseStatusCode} {e.Type!.Split('/')[^1]}: {e.Message}");
    }
}
