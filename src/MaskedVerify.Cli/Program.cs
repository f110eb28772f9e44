using MaskedVerify.Cli;
using MaskedVerify.Cli.Output;

return await new App(CliConsole.OfThisProcess()).RunAsync(args);
