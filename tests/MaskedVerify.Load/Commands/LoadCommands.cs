using System.CommandLine;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.References;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.Commands;

/// <summary>The command line.</summary>
internal static class LoadCommands
{
    /// <summary>All commands; without one a load is driven.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Drives MaskedVerify with start+check pairs and reports what it gives and what it uses.");
        PairsCommand.Configure(root);
        root.Subcommands.Add(CompareCommand.Build());
        root.Subcommands.Add(MemoryCommand.Build());
        root.Subcommands.Add(StartupCommand.Build());
        root.Subcommands.Add(TimingCommand.Build());
        root.Subcommands.Add(SoakCommand.Build());
        root.Subcommands.Add(Echo());
        root.Subcommands.Add(Identity());
        return root;
    }

    /// <summary>Runs an action; what cannot begin is a sentence and exit code 2.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception error) when (error is LoadSetupException or LoadException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped");
            return 130;
        }
    }

    private static Command Echo()
    {
        var command = new Command("echo", "Serves the echo reference.") { Hidden = true };
        command.SetAction((_, token) => EchoServer.RunAsync(token));
        return command;
    }

    private static Command Identity()
    {
        var file = new Argument<string>("database");
        var command = new Command("identity", "Serves the identity reference.") { file };
        command.Hidden = true;
        command.SetAction((parsed, token) => IdentityServer.RunAsync(parsed.GetRequiredValue(file), token));
        return command;
    }
}
