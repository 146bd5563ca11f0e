using Vantage.Host.Settings;

namespace Vantage.Host.Startup;

/// <summary>The host as a program: what <c>Program</c> of each host calls.</summary>
public static class VantageHost
{
    /// <summary>Reads the command line, runs until SIGTERM or Ctrl+C, and drains.</summary>
    /// <param name="runtime">What hosts the actors; null: the in-process runtime.</param>
    /// <returns>0 after an orderly stop; 1 when the start was refused or the node was lost, 2 for wrong options, each with a line that says what to do.</returns>
    public static Task<int> RunAsync(string[] args, IRuntimeModule? runtime = null)
        => HostCommand.RunAsync(args, Console.Out, Console.Error, runtime ?? new LocalModule());
}
