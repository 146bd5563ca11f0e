return await Vantage.Host.Settings.HostCommand.RunAsync(args, Console.Out, Console.Error);
