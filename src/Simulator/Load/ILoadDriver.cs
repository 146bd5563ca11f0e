namespace Vantage.Simulator.Load;

/// <summary>Sends a load by one protocol.</summary>
internal interface ILoadDriver : IAsyncDisposable
{
    /// <summary>Connects and signs in, so that the run measures positions and nothing else.</summary>
    /// <exception cref="LoadException">The host cannot be reached, or refuses.</exception>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Sends until cancelled; completes when what was sent has been answered, or nothing more comes.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
