using Vantage.Simulator.Load;

return await LoadCommand.Create(Console.Out, Console.Error, TimeProvider.System).Parse(args).InvokeAsync();
