using System.Collections;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Grains.Clocks;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front;

/// <summary>The server as a program, and as something that tests and load drivers host in their own process.</summary>
public static class FrontServer
{
    /// <summary>
    /// Builds the server without starting it. After <c>StartAsync</c> the service <see cref="ServerInfo"/> tells its addresses and its sandbox key.
    /// </summary>
    /// <param name="args">Switches as on the command line, for example <c>--data DIR --urls http://127.0.0.1:0 --internal-port 0</c>.</param>
    /// <param name="environment">Variables; default: those of the process.</param>
    /// <param name="customise">Called last, for example to replace a service.</param>
    /// <exception cref="FrontConfigurationException">All mistakes in switches and configuration.</exception>
    /// <exception cref="FrontStartException">The data folder is unusable, or a port is taken.</exception>
    public static WebApplication Build(IReadOnlyList<string> args, IDictionary? environment = null, Action<WebApplicationBuilder>? customise = null) =>
        Build(FrontCommandLine.Parse(args), environment ?? Environment.GetEnvironmentVariables(), customise);

    /// <summary>Runs the server until it is told to stop; every way that it ends is an exit code of <see cref="ExitCodes"/> and, if it failed, a sentence.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var commandLine = FrontCommandLine.Parse(args);
        if (commandLine is { Mistakes.Count: 0, Help: true } or { Mistakes.Count: 0, Version: true })
        {
            if (commandLine.Help)
                FrontHelp.Write(output);
            else
                await output.WriteLineAsync($"MaskedVerify {FrontHelp.Version}");
            return ExitCodes.Ok;
        }

        try
        {
            if (commandLine.Health)
                return await HealthProbe.RunAsync(FrontSettings.Read(commandLine, Environment.GetEnvironmentVariables(), Directory.GetCurrentDirectory()).Options, output, error);
            await using var app = Build(commandLine, Environment.GetEnvironmentVariables(), null);
            if (await TryStartAsync(app))
            {
                var missing = await FirstReadiness.WaitAsync(app);
                await output.WriteLineAsync(Banner.Text(app.Services.GetRequiredService<ServerInfo>(), app.Services.GetRequiredService<FrontOptions>()));
                if (missing.Count > 0)
                    await output.WriteLineAsync("Not ready yet, see /health/ready: " + string.Join(' ', missing));
                await output.FlushAsync();
                using var again = new SecondSignal(error);
                await app.WaitForShutdownAsync();
                if (app.Services.GetRequiredService<StopLimit>().IsOver)
                    throw new OperationCanceledException("Not everything ended in time.");
            }

            if (app.Services.GetRequiredService<IStopReason>().Reason is not { } reason)
                return ExitCodes.Ok;
            await error.WriteLineAsync("MaskedVerify stopped itself: " + reason.Message);
            return ExitCodes.ClockOff;
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException { InnerException: OperationCanceledException })
        {
            await error.WriteLineAsync("MaskedVerify stopped before everything under way had ended; what was not answered is resolved by the other silos or at the next start.");
            return ExitCodes.StoppedHard;
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } failure)
        {
            foreach (var line in failure.Lines)
                await error.WriteLineAsync(line);
            return failure.ExitCode;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync($"MaskedVerify failed for a reason that it has no sentence for:{Environment.NewLine}{e}");
            return ExitCodes.Failed;
        }
    }

    // False when it was told to stop, or stopped itself, before it was ready.
    private static async Task<bool> TryStartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (Exception e) when (app.Lifetime.ApplicationStopping.IsCancellationRequested
            && (e is OperationCanceledException || app.Services.GetRequiredService<IStopReason>().Reason is not null))
        {
            return false;
        }
    }

    private static WebApplication Build(FrontCommandLine commandLine, IDictionary environment, Action<WebApplicationBuilder>? customise)
    {
        var settings = FrontSettings.Read(commandLine, environment, Directory.GetCurrentDirectory());
        PortProbe.RequireFree(settings.Options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(FrontServer).Assembly.GetName().Name });
        builder.Services.AddRoutingCore();
        FrontComposition.Compose(builder, settings);
        customise?.Invoke(builder);
        var app = builder.Build();
        // Before anything asks for an option, so that the mistakes of all parts are told at once.
        app.Services.GetService<IStartupValidator>()?.Validate();
        app.Services.GetRequiredService<InternalKeyFiles>();
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<HostLogGate>().Open);
        app.UseFrontHttp();
        return app;
    }
}
