using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Terminals;

/// <summary>Waits longer after each failure in a row: 1 s, 2 s, 4 s … up to a minute, and a share of it by chance.</summary>
internal sealed class BackOff(TimeProvider clock, int seed)
{
    private const int MaxSeconds = 60;
    private Dice _dice = Dice.Of(41, seed);
    private int _failures;

    public void Reset() => _failures = 0;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var seconds = Math.Min(MaxSeconds, 1 << Math.Min(_failures++, 6)) * _dice.Between(0.75, 1.25);
        return Task.Delay(TimeSpan.FromSeconds(seconds), clock, cancellationToken);
    }
}
