namespace Vantage.Host.Settings;

/// <summary>Where the few lines go that a person reads at start. The log is elsewhere (standard error).</summary>
internal sealed class StartupOutput(TextWriter output)
{
    public void Line(string text) => output.WriteLine(text);
}
