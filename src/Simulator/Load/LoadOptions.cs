using System.Net;

namespace Vantage.Simulator.Load;

/// <summary>Which of the host's doors a load goes through.</summary>
public enum LoadProtocol
{
    Jt808,
    OsmAnd,
    Json,
}

/// <summary>What a load run is to do.</summary>
/// <param name="Units">How many units report.</param>
/// <param name="Rate">Reports a second, of all units together; 0: as fast as they are acknowledged.</param>
/// <param name="Url">The host's address, for registration and for the HTTP protocols.</param>
/// <param name="Jt808">Where terminals connect: in turns, when there are several nodes.</param>
/// <param name="Outstanding">Reports that may wait for their acknowledgement, a JT/T 808 connection. 1 to 1000.</param>
/// <param name="Connections">HTTP connections; every JT/T 808 terminal has its own.</param>
/// <param name="Batch">Positions a request, for JSON.</param>
/// <param name="Duration">How long to send.</param>
/// <param name="Token">A bearer token with the rights to register units and to send positions.</param>
/// <param name="Late">Share of reports that are held back and sent after 5 to 60 later ones. 0 to 1.</param>
/// <param name="Register">Register the units first.</param>
public sealed record LoadOptions(
    int Units,
    double Rate,
    LoadProtocol Protocol,
    Uri Url,
    IReadOnlyList<IPEndPoint> Jt808,
    int Outstanding,
    int Connections,
    int Batch,
    TimeSpan Duration,
    string? Token,
    double Late,
    bool Register);

/// <summary>A load run cannot go on; the message is for the person who started it.</summary>
public sealed class LoadException : Exception
{
    public LoadException(string message)
        : base(message)
    {
    }

    public LoadException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
