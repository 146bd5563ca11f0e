return await Vantage.Host.Startup.VantageHost.RunAsync(args);
