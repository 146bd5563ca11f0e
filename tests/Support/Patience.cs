using System.Diagnostics;

namespace Vantage.Support;

/// <summary>What a test waits for must come. How soon says nothing: the machine may be slow.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Asks again and again until it is so.</summary>
    /// <param name="after">How long the product itself may take to begin.</param>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string what, TimeSpan after = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < after + Limit, $"It never was so that {what}.");
            await Task.Delay(5);
        }
    }
}
