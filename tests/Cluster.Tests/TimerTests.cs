namespace Vantage.Cluster.Tests;

/// <summary>Actors whose timers run, on nodes that are lost.</summary>
public sealed class TimerTests(ITestOutputHelper output)
{
    [Fact(DisplayName = "[ROL-3] A node is killed on which roll calls live, and nobody asks for them: each ends on the other, once, on Akka.NET and on Orleans")]
    public Task Timers_outlive_their_node() => Task.WhenAll( // At once, as each waits for a minute to pass.
        OutliveAsync(
            "Akka.NET", "Vantage.Host.Akka.dll", (_, all) => AkkaClusterTests.Seeds(all), TimeSpan.FromSeconds(15),
            "SELECT count(*) FROM vantage.journal WHERE persistence_id = '{0}'"),
        OutliveAsync(
            "Orleans", "Vantage.Host.Orleans.dll", (_, _) => [], TimeSpan.FromSeconds(70), // Reminders tick once a minute, those of a node that is lost when the others have noticed.
            "SELECT count(*) FROM vantage.events WHERE stream = '{0}'"));

    /// <param name="ringsWithin">How much later than due a timer may ring whose node is lost.</param>
    /// <param name="countEvents">Counts the events of the actor <c>{0}</c> in its journal.</param>
    private async Task OutliveAsync(string runtime, string program, Func<Node, IEnumerable<Node>, IEnumerable<string>> join, TimeSpan ringsWithin, string countEvents)
    {
        await using var pair = await RollCallPair.StartAsync(program, join);
        await pair.Falls.KillAsync();
        var killed = DateTimeOffset.UtcNow;

        var ends = await pair.EndsAsync(ringsWithin);

        output.WriteLine(
            $"{runtime}: {(ends.Values.Max() - killed).TotalSeconds:F1} s from a kill until all roll calls had ended, {pair.Due.Max(call => ends[call.Key] - call.Value).TotalSeconds:F1} s after they were due.");
        Assert.All(pair.Due, call => Assert.InRange(ends[call.Key], call.Value - TimeSpan.FromSeconds(1), call.Value + ringsWithin));
        Assert.All(pair.Due.Keys, key => Assert.Equal(2, pair.EventsOf(key, countEvents))); // That it was called, and that it ended.
    }
}
