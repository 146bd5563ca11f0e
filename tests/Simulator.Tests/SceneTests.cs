using System.Text.Json;
using Vantage.Simulator.City;
using Vantage.Simulator.Scenes;

namespace Vantage.Simulator.Tests;

public class SceneTests
{
    private static readonly Scene Scene = Scene.Create();

    // A Tuesday in Beijing.
    private static readonly DateTimeOffset Midnight = new(2026, 3, 3, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact(DisplayName = "The demo has 300 officers, 60 vehicles, 10 squads, 1,250 cameras and 30 zones, each with its own key")]
    public void Counts_are_as_promised()
    {
        Assert.Equal(300, Scene.Units.Count(unit => unit.Kind == "officer"));
        Assert.Equal(60, Scene.Units.Count(unit => unit.Kind == "vehicle"));
        Assert.Equal(10, Scene.Squads.Count);
        Assert.Equal(1250, Scene.Cameras.Select(camera => camera.Key).Distinct().Count());
        Assert.Equal(30, Scene.Zones.Select(zone => zone.Key).Distinct().Count());
        Assert.Equal(360, Scene.Units.Select(unit => unit.Id).Distinct().Count());
        Assert.Equal(360, Scene.Units.Select(unit => unit.DeviceKey).Distinct().Count());
        Assert.Equal(360, Scene.Units.Select(unit => unit.Name).Distinct().Count());
        Assert.All(Scene.Units, unit => Assert.Equal(unit, Scene.Units[unit.Index]));
        Assert.All(Scene.Units.Where(unit => unit.IsVehicle), unit =>
        {
            Assert.Matches("^沪A·[0-9]{5}$", unit.Plate);
            Assert.Equal(unit.Key, unit.Plate!.Replace("·", "", StringComparison.Ordinal));
            Assert.Matches("^1[0-9]{10}$", unit.DeviceKey);
        });
        Assert.Contains(Scene.Units, unit => unit is { IsVehicle: true, Is2019: true });
        Assert.Contains(Scene.Units, unit => unit is { IsVehicle: true, Is2019: false });
    }

    [Fact(DisplayName = "Two scenes of one seed are the same; another seed is another day")]
    public void It_is_deterministic()
    {
        var (again, other) = (Scene.Create(), Scene.Create(seed: 1));
        var time = Midnight.AddHours(10.3);
        Assert.Equal(Scene.Units.Select(unit => (unit.Id, unit.Name)), again.Units.Select(unit => (unit.Id, unit.Name)));
        Assert.Equal(Scene.Cameras, again.Cameras);
        Assert.Equal(Scene.Zones.Select(zone => zone.ToFeature()), again.Zones.Select(zone => zone.ToFeature()));
        Assert.Equal(Scene.Units.Select(unit => Scene.StateAt(unit, time)), again.Units.Select(unit => again.StateAt(unit, time)));
        Assert.NotEqual(Scene.Units.Select(unit => Scene.StateAt(unit, time)), other.Units.Select(unit => other.StateAt(unit, time)));
    }

    [Fact(DisplayName = "The state at a moment does not depend on what was asked before")]
    public void Order_of_questions_does_not_matter()
    {
        var fresh = Scene.Create();
        var unit = fresh.Units.First(unit => fresh.StateAt(unit, Midnight.AddHours(9)) is not null);
        var forward = Enumerable.Range(0, 200).Select(i => fresh.StateAt(unit, Midnight.AddMinutes(7 * i))).ToArray();
        var backward = Enumerable.Range(0, 200).Reverse().Select(i => fresh.StateAt(unit, Midnight.AddMinutes(7 * i))).Reverse();
        Assert.Equal(forward, backward);
    }

    [Theory(DisplayName = "Half the officers work by day, three in ten in the evening, one in ten at night")]
    [InlineData(12, 150, 30)]
    [InlineData(20, 90, 18)]
    [InlineData(4, 30, 12)]
    public void Shifts_are_manned(int hour, int officers, int vehicles)
    {
        for (var day = 0; day < 10; day++)
        {
            var time = Midnight.AddDays(day).AddHours(hour).ToUnixTimeMilliseconds();
            Assert.Equal(officers, Scene.Units.Count(unit => !unit.IsVehicle && Scene.IsOnDuty(unit, time)));
            Assert.Equal(vehicles, Scene.Units.Count(unit => unit.IsVehicle && Scene.IsOnDuty(unit, time)));
        }
    }

    [Fact(DisplayName = "When turns change the relief is there before the others leave: the district never empties")]
    public void Turns_overlap()
    {
        for (var time = Midnight; time < Midnight.AddDays(2); time += TimeSpan.FromMinutes(2))
        {
            var onDuty = Scene.Units.Count(unit => unit.Kind == "officer" && Scene.IsOnDuty(unit, time.ToUnixTimeMilliseconds()));
            Assert.True(onDuty >= 30, $"{onDuty} officers at {time:HH:mm}.");
        }
    }

    [Fact(DisplayName = "Off duty nothing is sent, and the next duty is soon")]
    public void Off_duty_is_silent()
    {
        var time = Midnight.AddHours(12);
        var resting = Scene.Units.Where(unit => !Scene.IsOnDuty(unit, time.ToUnixTimeMilliseconds())).ToArray();
        Assert.NotEmpty(resting);
        Assert.All(resting, unit =>
        {
            Assert.Null(Scene.StateAt(unit, time));
            var next = Scene.NextDutyMs(unit, time.ToUnixTimeMilliseconds());
            Assert.InRange(next - time.ToUnixTimeMilliseconds(), 1, 48 * 3_600_000L);
            Assert.NotNull(Scene.StateAt(unit, next));
            Assert.Null(Scene.StateAt(unit, next - 1));
        });
    }

    [Fact(DisplayName = "Units stay within 25 m of the roads, wherever they are")]
    public void Units_stay_on_the_roads()
    {
        foreach (var report in Scene.History(Midnight, Midnight.AddDays(1), new(OfficerSeconds: 600, VehicleSeconds: 300)))
        {
            var at = Plane.FromDegrees(report.Fix.Longitude, report.Fix.Latitude);
            Assert.True(Offset(at) < 25, $"{report.Unit.Id} is {Offset(at):0} m off the road");
        }
    }

    [Fact(DisplayName = "Officers walk at 1 to 1.6 m/s; vehicles drive at 5 to 10.8, speeders up to 16.2; both also stand")]
    public void Speeds_are_plausible()
    {
        var (walking, driving, standing) = (0, 0, 0);
        foreach (var (unit, fix) in Scene.History(Midnight.AddHours(8), Midnight.AddHours(20), new(60, 30)))
        {
            if (!fix.IsMoving)
            {
                Assert.Equal(0, fix.Speed);
                standing++;
            }
            else if (unit.IsVehicle)
            {
                Assert.InRange(fix.Speed, 4.7, Duties.IsSpeeder(unit) ? 17 : 11.3);
                driving++;
            }
            else
            {
                Assert.InRange(fix.Speed, 0.9, 1.7);
                walking++;
            }

            Assert.InRange(fix.Accuracy, 3, 8);
            Assert.InRange(fix.Heading, 0, 359.9);
        }

        Assert.True(walking > 10_000 && driving > 3_000 && standing > 10_000, $"{walking} walking, {driving} driving, {standing} standing");
    }

    [Fact(DisplayName = "Nobody jumps: between two reports a unit moves no faster than it can, whatever its receiver adds")]
    public void Tracks_are_continuous()
    {
        var last = new SimFix?[Scene.Units.Count];
        foreach (var (unit, fix) in Scene.History(Midnight.AddHours(7.5), Midnight.AddHours(9.5)))
        {
            if (last[unit.Index] is { } before && fix.TimeMs - before.TimeMs < 20_000)
            {
                var metres = Plane.FromDegrees(before.Longitude, before.Latitude).DistanceTo(Plane.FromDegrees(fix.Longitude, fix.Latitude));
                var most = (unit.IsVehicle ? 17.0 : 1.7) * (fix.TimeMs - before.TimeMs) / 1000 + 22;
                Assert.True(metres <= most, $"{unit.Id} moved {metres:0} m in {fix.TimeMs - before.TimeMs} ms");
            }

            last[unit.Index] = fix;
        }
    }

    [Fact(DisplayName = "History comes in order of time, at each unit's own spacing, and ends where live reports begin")]
    public void History_is_ordered()
    {
        var spacing = new ReportSpacing();
        var (from, middle, to) = (Midnight.AddHours(11), Midnight.AddHours(11.5), Midnight.AddHours(12));
        HistoryReport[] whole = [.. Scene.History(from, to, spacing)];
        HistoryReport[] parts = [.. Scene.History(from, middle, spacing), .. Scene.History(middle, to, spacing)];

        Assert.Equal(whole.Select(report => report.Fix.TimeMs).Order(), whole.Select(report => report.Fix.TimeMs));
        Assert.Equal(parts.Select(Key).Order(), whole.Select(Key).Order());
        Assert.All(whole, report => Assert.Equal(
            Scene.PhaseMs(report.Unit, spacing), report.Fix.TimeMs % (spacing.Of(report.Unit) * 1000L)));
        var officer = whole.First(report => !report.Unit.IsVehicle).Unit;
        Assert.Equal(360, whole.Count(report => report.Unit == officer));

        static (long, string) Key(HistoryReport report) => (report.Fix.TimeMs, report.Unit.Id);
    }

    [Fact(DisplayName = "A few vehicles lose their network for 5 to 20 minutes of every hour; nobody else does")]
    public void Some_lose_their_network()
    {
        var start = Midnight.ToUnixTimeMilliseconds();
        var losers = Scene.Units.Where(unit => !Scene.HasNetwork(unit, LostAt(unit, start) ?? start)).ToArray();
        Assert.Equal(5, losers.Length);
        Assert.All(losers, unit =>
        {
            var lost = Enumerable.Range(0, 3600).Count(second => !Scene.HasNetwork(unit, start + second * 1000));
            Assert.True(unit.IsVehicle);
            Assert.InRange(lost, 5 * 60 - 1, 20 * 60 + 1);
        });

        static long? LostAt(UnitPlan unit, long start)
            => Enumerable.Range(0, 3600).Select(second => start + second * 1000L).Where(time => !Scene.HasNetwork(unit, time)).Cast<long?>().FirstOrDefault();
    }

    [Fact(DisplayName = "Zones are valid GeoJSON in the district: closed rings that do not cross themselves, or circles")]
    public void Zones_are_valid()
    {
        Assert.Equal(9, Scene.Zones.Select(zone => zone.Kind).Distinct().Count());
        Assert.All(Scene.Zones, zone =>
        {
            using var json = JsonDocument.Parse(zone.ToFeature(Midnight));
            var geometry = json.RootElement.GetProperty("geometry");
            var properties = json.RootElement.GetProperty("properties");
            Assert.Equal("Feature", json.RootElement.GetProperty("type").GetString());
            Assert.Equal("2026-03-02T16:00:00.000Z", properties.GetProperty("effectiveFrom").GetString());
            Assert.NotEmpty(properties.GetProperty("rules").EnumerateArray());
            if (geometry.GetProperty("type").GetString() == "Point")
            {
                Assert.InRange(properties.GetProperty("radius").GetDouble(), 50, 200);
                AssertInBox(geometry.GetProperty("coordinates"));
                return;
            }

            var ring = geometry.GetProperty("coordinates")[0].EnumerateArray().ToArray();
            Assert.True(ring.Length >= 4);
            Assert.Equal(ring[0].GetRawText(), ring[^1].GetRawText());
            Assert.All(ring, AssertInBox);
            AssertSimple([.. ring.Select(pair => Plane.FromDegrees(pair[0].GetDouble(), pair[1].GetDouble()))], zone.Key);
        });
    }

    [Fact(DisplayName = "Rules say what the contract lets them say, for squads that exist")]
    public void Rules_are_known()
    {
        string[] types = ["enter", "exit", "dwell", "speed", "gathering", "absence"];
        string[] units = ["officer/*", "vehicle/*", .. Scene.Squads.Select(squad => $"squad/{squad.Key}")];
        var rules = Scene.Zones.SelectMany(zone => zone.Rules).ToArray();
        Assert.Equal(types.Order(), rules.Select(rule => rule.Type).Distinct().Order());
        Assert.All(rules, rule => Assert.Contains(rule.Units!, units));
        Assert.All(Scene.Zones, zone => Assert.Equal(zone.Rules.Count, zone.Rules.Select(rule => rule.Key).Distinct().Count()));
    }

    [Fact(DisplayName = "Every day something goes wrong: a crowd, an empty post, speeding, and a vehicle among walkers")]
    public void Some_breach()
    {
        for (var day = 0; day < 2; day++)
        {
            var midnight = Midnight.AddDays(day);
            Assert.True(Inside(Zone("night-market-1"), midnight.AddHours(19.6)) >= 5, "no crowd");
            Assert.True(Inside(Zone("night-market-2"), midnight.AddHours(19.6)) >= 1, "nobody at the post");
            Assert.True(LongestEmpty(Zone("night-market-2"), midnight) >= TimeSpan.FromMinutes(20), "the post is never left");
            Assert.Contains(Scene.Units, unit => unit.IsVehicle && IsEverIn(unit, "no-vehicles-1", midnight, _ => true));
            Assert.Contains(Scene.Units, unit => unit.IsVehicle && IsEverIn(unit, "speed-limit-1", midnight, fix => fix.Speed > 13.9));
        }
    }

    [Fact(DisplayName = "Cameras stand along the roads, from all three sources, in all fifteen classes of the standard; a few are offline")]
    public void Cameras_are_spread()
    {
        Assert.All(Scene.Cameras, camera => Assert.InRange(Offset(Plane.FromDegrees(camera.Longitude, camera.Latitude)), 0, 16));
        Assert.Equal(["公安", "网格", "自建"], Scene.Cameras.Select(camera => camera.Source).Distinct().Order());
        Assert.Equal(CameraClasses.Order(StringComparer.Ordinal), Scene.Cameras.Select(camera => camera.Coverage).Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(Scene.Cameras.Count(camera => !camera.IsOnline), 20, 60);
        Assert.All(Scene.Cameras, camera => Assert.Matches("^[0-9]{20}$", camera.Key));
    }

    /// <summary>The classes of places that a district must cover, as the city's standard lists them.</summary>
    private static readonly string[] CameraClasses =
    [
        "重点道路", "主要路段", "渣土码头周边道路", "渣土主要卸点周边道路", "景观区域", "进博会保障区域", "标准化菜市场", "三甲医院", "高等院校（本科）",
        "中学（高考考点）", "城市综合体", "地铁换乘站点", "集中投诉较多区域", "主要墓园", "过江通道（隧道、大桥）出入口",
    ];

    [Fact(DisplayName = "Whoever is on duty has a fix, and whoever is not comes on duty at the moment that the roster says")]
    public void Roster()
    {
        foreach (var unit in Scene.Units)
        {
            for (var hour = 0; hour < 48; hour += 3)
            {
                var time = Midnight.AddHours(hour);
                var (isOnDuty, until) = Scene.DutyAt(unit, time);
                Assert.Equal(isOnDuty, Scene.StateAt(unit, time) is not null);
                Assert.True(until > time);
                Assert.True(isOnDuty || Scene.DutyAt(unit, until).IsOnDuty);
                Assert.True(!isOnDuty || !Scene.DutyAt(unit, until).IsOnDuty);
            }
        }
    }

    private static ZonePlan Zone(string key) => Scene.Zones.Single(zone => zone.Key == key);

    private static int Inside(ZonePlan zone, DateTimeOffset time) => Scene.Units.Count(
        unit => !unit.IsVehicle && unit.Squad == zone.Squad && Scene.StateAt(unit, time) is { } fix && Contains(zone, fix));

    private static TimeSpan LongestEmpty(ZonePlan zone, DateTimeOffset midnight)
    {
        var (longest, since) = (TimeSpan.Zero, midnight.AddHours(19.9));
        for (var time = since; time < midnight.AddHours(21); time = time.AddSeconds(10))
        {
            since = Inside(zone, time) > 0 ? time : since;
            longest = time - since > longest ? time - since : longest;
        }

        return longest;
    }

    private static bool IsEverIn(UnitPlan unit, string key, DateTimeOffset midnight, Func<SimFix, bool> condition)
    {
        for (var second = 0; second < 86_400; second += 5)
        {
            var time = midnight.AddSeconds(second).ToUnixTimeMilliseconds();
            if (!Scene.IsOnDuty(unit, time))
            {
                second += 600;
            }
            else if (Scene.StateAt(unit, time) is { } fix && Contains(Zone(key), fix) && condition(fix))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(ZonePlan zone, SimFix fix)
    {
        var at = Plane.FromDegrees(fix.Longitude, fix.Latitude);
        if (zone.Ring is not { } ring)
        {
            return at.DistanceTo(zone.Centre) <= zone.RadiusMetres;
        }

        var isInside = false;
        for (var i = 1; i < ring.Count; i++)
        {
            var (a, b) = (ring[i - 1], ring[i]);
            if (a.Y > at.Y != b.Y > at.Y && at.X < a.X + (at.Y - a.Y) / (b.Y - a.Y) * (b.X - a.X))
            {
                isInside = !isInside;
            }
        }

        return isInside;
    }

    private static void AssertInBox(JsonElement pair)
    {
        Assert.InRange(pair[0].GetDouble(), 121.32, 121.44);
        Assert.InRange(pair[1].GetDouble(), 31.175, 31.245);
    }

    private static void AssertSimple(Point[] ring, string key)
    {
        for (var i = 1; i < ring.Length; i++)
        {
            for (var j = i + 2; j < ring.Length; j++)
            {
                var isNeighbour = i == 1 && j == ring.Length - 1;
                Assert.False(!isNeighbour && Cross(ring[i - 1], ring[i], ring[j - 1], ring[j]), $"{key} crosses itself");
            }
        }

        static bool Cross(Point a, Point b, Point c, Point d) => Side(a, b, c) != Side(a, b, d) && Side(c, d, a) != Side(c, d, b);
        static bool Side(Point a, Point b, Point p) => (b.X - a.X) * (p.Y - a.Y) - (b.Y - a.Y) * (p.X - a.X) > 0;
    }

    private static double Offset(Point at)
    {
        var nearest = double.PositiveInfinity;
        foreach (var road in Scene.Sketch.Roads)
        {
            for (var i = 1; i < road.Points.Count; i++)
            {
                var (a, b) = (road.Points[i - 1], road.Points[i]);
                var length = a.DistanceTo(b);
                var share = Math.Clamp(((at.X - a.X) * (b.X - a.X) + (at.Y - a.Y) * (b.Y - a.Y)) / (length * length), 0, 1);
                nearest = Math.Min(nearest, at.DistanceTo(a.Towards(b, share)));
            }
        }

        return nearest;
    }
}
