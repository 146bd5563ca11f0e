return await Vantage.Host.Startup.VantageHost.RunAsync(args, new Vantage.Host.Orleans.OrleansModule());
