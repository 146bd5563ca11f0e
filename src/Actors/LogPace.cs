namespace Vantage.Actors;

/// <summary>Keeps a line that strangers or a full disk can cause at will from filling the log: one at once, then a number a minute.</summary>
/// <param name="summarise">Is told, at the end of each minute in which lines were held back, how many.</param>
/// <remarks>Thread-safe.</remarks>
#pragma warning disable CA1001 // The timer ends by itself, a minute after the last line.
public sealed class LogPace(TimeProvider time, Action<long> summarise)
#pragma warning restore CA1001
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _heldBack;

    /// <summary>Whether this line may be written; one that may not is counted for the summary.</summary>
    public bool Admits()
    {
        lock (_lock)
        {
            if (_timer is not null)
            {
                _heldBack++;
                return false;
            }

            _timer = time.CreateTimer(_ => EndMinute(), null, Interval, Interval);
            return true;
        }
    }

    private void EndMinute()
    {
        long heldBack;
        lock (_lock)
        {
            heldBack = _heldBack;
            _heldBack = 0;
            if (heldBack == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        if (heldBack > 0)
        {
            summarise(heldBack);
        }
    }
}
