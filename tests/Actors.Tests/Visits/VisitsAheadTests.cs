using Vantage.Actors.History;
using Vantage.Actors.Tests.Engine;
using Vantage.Actors.Visits;

namespace Vantage.Actors.Tests.Visits;

public class VisitsAheadTests
{
    private const long HourMs = 3_600_000;

    [Fact(DisplayName = "What is read ahead for many units answers every question as history does, whatever was read ahead")]
    public void Ahead_equals_history()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 200; round++)
        {
            var history = RandomHistory(random);
            var ahead = new VisitsAhead(history);
            ahead.Read(Enumerable.Range(0, random.Next(6)).Select(unit => (unit, random.Next(4) == 0 ? long.MinValue : random.NextInt64(0, 20 * HourMs))));
            for (var question = 0; question < 50; question++)
            {
                var (unit, zone) = (random.Next(6), random.Next(2) == 0 ? null : $"z{random.Next(3)}");
                var from = random.Next(5) == 0 ? long.MinValue : random.NextInt64(0, 24 * HourMs);
                var to = random.Next(2) == 0 ? long.MaxValue : random.NextInt64(0, 24 * HourMs);
                List<VisitRow> visits = [], expectedVisits = [];
                ahead.ReadVisits(unit, zone, from, to, visits);
                history.ReadVisitsOfUnit(unit, zone, from, to, expectedVisits);
                Assert.Equal(expectedVisits, visits);
                List<Breach> breaches = [], expectedBreaches = [];
                ahead.ReadBreaches(unit, from, to, breaches);
                history.ReadBreachesOfUnit(unit, zone: null, from, to, expectedBreaches);
                Assert.Equal(expectedBreaches, breaches);
            }
        }
    }

    private static MemoryHistory RandomHistory(Random random)
    {
        var history = new MemoryHistory();
        for (var i = 0; i < 60; i++)
        {
            var (unit, zone, from) = (random.Next(6), $"z{random.Next(3)}", random.NextInt64(0, 20 * HourMs));
            var to = from + (random.Next(8) == 0 ? random.NextInt64(0, 12 * HourMs) : random.NextInt64(0, HourMs));
            history.Visits[(unit, zone, from)] = new VisitRow(zone, unit, from, to, IsOpen: random.Next(4) == 0, from, to, IsPassage: false, ZoneVersion: 1);
            var started = random.NextInt64(0, 20 * HourMs);
            history.Breaches[$"b{i}"] = new Breach
            {
                Id = $"b{i}",
                Zone = zone,
                Rule = "in",
                Type = "enter",
                Unit = unit,
                Level = "warning",
                State = (BreachState)random.Next(3),
                StartedAtMs = started,
                EndedAtMs = random.Next(3) == 0 ? null : started + random.NextInt64(0, 9 * HourMs),
                Why = new BreachReason(null, null, started, 0, null, 0, null, 1, null),
            };
        }

        return history;
    }
}
