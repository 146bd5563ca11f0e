namespace Vantage.Host.Settings;

/// <summary>Where the few lines go that a person reads at start. The log is elsewhere (standard error).</summary>
internal sealed class StartupOutput(TextWriter output)
{
    public void Line(string text) => output.WriteLine(text);
}

/// <summary>The host cannot start, and the message says in one line what to do about it.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
