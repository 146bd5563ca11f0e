namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Why the gateway ended a connection.</summary>
public enum Jt808Cut
{
    None,

    /// <summary>It said nothing that counts in time.</summary>
    NoHello,

    /// <summary>Its terminals have been silent too long.</summary>
    Silent,

    /// <summary>One frame took too long.</summary>
    SlowFrame,

    /// <summary>The peer does not read.</summary>
    NotReading,

    /// <summary>Too many bytes that are no frame.</summary>
    NotTheProtocol,

    /// <summary>The same terminal has connected again.</summary>
    Replaced,

    /// <summary>A terminal reported without having authenticated, which is required here.</summary>
    NotAuthenticated,

    /// <summary>The host is stopping.</summary>
    Stopping,
}
