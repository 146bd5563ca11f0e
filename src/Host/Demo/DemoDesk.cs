using Vantage.Actors.Breaches;
using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Host.Situations;
using Vantage.Host.Wall;

namespace Vantage.Host.Demo;

/// <summary>The demonstration's duty chief, who signs for alarms and settles them: a day without one would fill the wall with open alarms.</summary>
internal sealed class DemoDesk(Situation situation, BreachBoard board, TimeProvider time)
{
    /// <summary>The newest kinds of alarm are left to whoever watches the demonstration …</summary>
    private const int LeftOpen = 5;

    /// <summary>… the next are signed for, and all others are settled.</summary>
    private const int LeftUnsettled = 12;

    /// <summary>Of what late data has corrected, the newest are left to be seen.</summary>
    private const int LeftCorrected = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly Origin Chief = new(Person: "demo-duty-chief", Post: "duty-chief", Name: "演示·值班长");

    /// <summary>Settles what has waited long enough.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        var settledBefore = (time.GetUtcNow() - Patience).ToUnixTimeMilliseconds();
        var lines = board.Open.GroupBy(open => (open.Breach.Zone, open.Breach.Rule))
            .Select(line => line.OrderByDescending(open => open.Breach.StartedAtMs).ToList())
            .OrderByDescending(line => line[0].Breach.StartedAtMs)
            .ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var kept = i < LeftUnsettled ? 1 : 0;
            if (i >= LeftOpen && kept == 1 && lines[i][0] is { Handling: null } next && next.Breach.StartedAtMs < settledBefore)
            {
                await situation.HandleBreachAsync(next.Breach.Id, new AcknowledgeBreach("已通知中队，正在核实"), Chief, stopping);
            }

            foreach (var open in lines[i].Skip(kept).Where(open => open.Breach.StartedAtMs < settledBefore))
            {
                await situation.HandleBreachAsync(open.Breach.Id, StepFor(open.Breach), Chief, stopping);
            }
        }

        foreach (var corrected in board.Corrected.OrderByDescending(entry => entry.Breach.RetractedAtMs).Skip(LeftCorrected))
        {
            object note = corrected.IsUnacknowledged ? new AcknowledgeBreach(null) : new HandleBreach(null);
            await situation.HandleBreachAsync(corrected.Breach.Id, note, Chief, stopping);
        }
    }

    // By the breach itself, so that a restart tells the same story.
    private static object StepFor(Breach breach) => breach.StartedAtMs % 9 == 0
        ? new MarkFalseAlarm("定位漂移，已与队员电话核实")
        : new HandleBreach(breach.Type == "speed" ? "已提醒驾驶员按限速行驶" : "已到场核实，情况已处置");
}
