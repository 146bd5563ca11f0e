namespace Vantage.Support;

/// <summary>What the tests of hot paths measure.</summary>
public static class Allocation
{
    private const int Rounds = 5;

    /// <summary>
    /// The bytes that an action allocates on this thread whenever it runs. What is made once does not count, nor what the runtime itself allocates, now and
    /// then, while it compiles a method anew.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
