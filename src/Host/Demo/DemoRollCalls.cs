using Vantage.Actors.RollCalls;
using Vantage.Actors.Runtime;
using Vantage.Host.Situations;
using Vantage.Simulator;

namespace Vantage.Host.Demo;

/// <summary>The demonstration's squad rooms: they answer whatever roll call somebody calls; of ten one is late, and one says nothing.</summary>
internal sealed class DemoRollCalls(Situation situation, DemoFleet fleet, TimeProvider time)
{
    private const int Of = 10;
    private const int Silent = 0;
    private const int Late = 1;

    /// <summary>Shares of the time to answer.</summary>
    private const double LateAt = 1.3;

    private static readonly Origin Room = new(Person: "demo-squad-room", Post: "squad-room", Name: "演示·中队指挥室");

    private readonly HashSet<string> _squads = [.. fleet.Squads.Select(squad => squad.Key)];

    /// <summary>Each answers once: who takes its answer back means it.</summary>
    private readonly HashSet<(string RollCall, string Squad)> _said = [];

    /// <summary>Has those answer whose time has come.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        foreach (var call in situation.RollCalls.All.Where(call => call.Withdrawn is null && now < call.Opened.Due + (call.Opened.Due - call.Opened.At)))
        {
            foreach (var (i, called) in call.Called.Index())
            {
                if (called.Answered is null && _squads.Contains(called.Name) && AnswersAt(call.Opened, i) <= now && _said.Add((call.Key, called.Name)))
                {
                    await situation.ChangeRollCallAsync(call.Key, new AnswerRollCall(called.Name, null), Room, stopping);
                }
            }
        }
    }

    // By the call alone, so that a restart tells the same story.
    private static DateTimeOffset AnswersAt(RollCallOpened opened, int number) => (((number * 7) + opened.At.Second) % Of) switch
    {
        Silent => DateTimeOffset.MaxValue,
        Late => opened.At + ((opened.Due - opened.At) * LateAt),
        var turn => opened.At + ((opened.Due - opened.At) * (turn - 1) / Of),
    };
}
