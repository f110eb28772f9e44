using MaskedVerify.Load.Commands;

return await LoadCommands.Build().Parse(args).InvokeAsync();
