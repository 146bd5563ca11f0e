namespace Vantage.Host.Situations;

/// <summary>Whether the engine has recovered. Set once, by whoever starts it.</summary>
internal sealed class Readiness
{
    private volatile string? _waitingFor = "The engine is being started.";

    /// <summary>What is still being waited for, in words; null when ready.</summary>
    public string? WaitingFor => _waitingFor;

    public void Reached() => _waitingFor = null;
}
