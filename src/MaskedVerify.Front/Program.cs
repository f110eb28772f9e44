return await MaskedVerify.Front.FrontServer.RunAsync(args, Console.Out, Console.Error);
