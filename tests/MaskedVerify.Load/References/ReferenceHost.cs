using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Load.References;

/// <summary>The end that every reference server has.</summary>
internal static class ReferenceHost
{
    /// <summary>Starts a server, tells its address on standard output, and serves until SIGTERM.</summary>
    public static async Task ServeAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Console.WriteLine($"{ReferenceProcess.Banner} {addresses.Addresses.First()}");
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
