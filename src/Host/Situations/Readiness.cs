namespace Vantage.Host.Situations;

/// <summary>Whether the engine has recovered, and storage takes what comes.</summary>
internal sealed class Readiness
{
    private volatile string? _waitingFor = "The engine is being started.";
    private volatile Func<string?>? _trouble;

    /// <summary>What is being waited for, in words; null when ready.</summary>
    public string? WaitingFor => _waitingFor ?? _trouble?.Invoke();

    public void Reached() => _waitingFor = null;

    /// <summary>Asks, whenever readiness is asked for, whether there is trouble.</summary>
    public void Watch(Func<string?> trouble) => _trouble = trouble;
}
