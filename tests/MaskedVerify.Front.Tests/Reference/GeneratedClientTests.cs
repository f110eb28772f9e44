using MaskedVerify.Front.Tests.Support;

namespace MaskedVerify.Front.Tests.Reference;

/// <summary>Clients that three generators make of the served document compile, complete a verification, and tell a problem.</summary>
public sealed class GeneratedClientTests : IAsyncLifetime
{
    private const string Refusal = "The number is not valid. Send it in international format: \"+\", country code, number.";
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-client-").FullName;
    private RunningFront? _front;

    private RunningFront Front => _front!;

    public async ValueTask InitializeAsync()
    {
        _front = await RunningFront.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "api.json"), (await OpenApiText.ReadAsync(Front)).Document.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await Front.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task CSharp_WhenNSwagAndKiotaGenerateIt_CompilesAndVerifies()
    {
        var output = await Bash.RunAsync($"""
            cd '{SourceFolders.Clients}'
            cp project.xml '{_folder}/Clients.csproj'
            cp Program.cs ../../../Directory.Packages.props '{_folder}'
            {'{'}
              dotnet tool restore
              dotnet nswag openapi2csclient /input:'{_folder}/api.json' /output:'{_folder}/NSwag.cs' /namespace:NSwagGenerated /classname:MaskedVerifyClient \
                /JsonLibrary:SystemTextJson /JsonLibraryVersion:10 /OperationGenerationMode:SingleClientFromOperationId
              KIOTA_OFFLINE_ENABLED=true dotnet kiota generate -l csharp -d '{_folder}/api.json' -o '{_folder}/Kiota' -c MaskedVerifyClient -n KiotaGenerated
              cd '{_folder}'
              dotnet build -v q -nologo --tl:off
            {'}'} >&2
            dotnet bin/Debug/net10.0/Clients.dll {Arguments}
            """);

        Assert.Equal(
            ["nswag True Approved LandlineOrMobile", "nswag 422 invalid-phone-number", "kiota True Approved LandlineOrMobile", $"kiota 422 invalid-phone-number: {Refusal}"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task TypeScript_WhenHeyApiGeneratesIt_CompilesAndVerifies()
    {
        var output = await Bash.RunAsync($"""
            cd '{_folder}'
            cp '{SourceFolders.Clients}/main.ts' .
            ln -s '{SourceFolders.Node}/node_modules' node_modules
            npx --no-install openapi-ts -i api.json -o generated -c @hey-api/client-fetch >&2
            npx --no-install tsc --strict --target es2022 --module commonjs --skipLibCheck --outDir dist main.ts >&2
            node dist/main.js {Arguments}
            """);

        Assert.Equal(
            ["hey-api true approved landline-or-mobile", $"hey-api 422 invalid-phone-number: {Refusal}"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Arguments => $"'{Front.Info.PublicAddress}' '{Front.Info.SandboxKey}'";
}
