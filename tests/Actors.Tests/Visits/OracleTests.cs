using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetTopologySuite.Geometries;
using Vantage.Actors.Positions;
using Vantage.Actors.Tests.Engine;

namespace Vantage.Actors.Tests.Visits;

/// <summary>Visits of plain zones against a slow, separately written reading of VIS-2 to VIS-6 over another geometry library.</summary>
public class OracleTests
{
    [Fact(DisplayName = "[VIS-3] [VIS-4] [VIS-5] [VIS-6] visits of random tracks equal those of a naive oracle over NetTopologySuite")]
    public void Visits_equal_the_oracle()
        => Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), VisitsEqualTheOracle).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static void VisitsEqualTheOracle(int seed)
    {
        var random = new Random(seed);
        var world = new World();
        var star = Star(random);
        world.Define("star", $$"""{"type":"Polygon","coordinates":[[{{string.Join(',', star.Coordinates.Select(c => string.Create(CultureInfo.InvariantCulture, $"[{c.X},{c.Y}]")))}}]]}""");
        var fixes = RandomFixes(random);
        foreach (var fix in fixes)
        {
            world.Report(world.Units[0], fix);
        }

        world.Commit();

        var expected = Expected(star, fixes);
        var actual = world.History.Visits.Values.OrderBy(row => row.FromMs).ToList();
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (wanted, found) in expected.Zip(actual))
        {
            Assert.Equal((wanted.IsPassage, wanted.IsOpen), (found.IsPassage, found.IsOpen));
            Assert.InRange(found.FromMs, wanted.FromMs - 1, wanted.FromMs + 1); // Two libraries may round a crossing differently.
            Assert.InRange(found.IsOpen ? wanted.ToMs : found.ToMs, wanted.ToMs - 1, wanted.ToMs + 1);
            Assert.InRange(found.EnteredAtMs, wanted.EnteredMs - 1, wanted.EnteredMs + 1);
            if (!found.IsOpen)
            {
                Assert.InRange(found.LeftAtMs, wanted.LeftMs - 1, wanted.LeftMs + 1);
            }
        }
    }

    private static List<Seen> Expected(Polygon zone, List<Fix> fixes)
    {
        var seen = new List<Seen>();
        for (var i = 0; i < fixes.Count; i++)
        {
            var isInside = zone.Covers(PointOf(fixes[i]));
            var wasInside = i > 0 && zone.Covers(PointOf(fixes[i - 1]));
            var lengthMs = i > 0 ? fixes[i].TimeMs - fixes[i - 1].TimeMs : 0;
            var cut = i > 0 && lengthMs <= 300_000 && Metres(fixes[i - 1], fixes[i]) <= 0.07 * lengthMs ? Cut(zone, fixes[i - 1], fixes[i]) : null;
            if (wasInside && (!isInside || lengthMs > 300_000))
            {
                seen[^1] = seen[^1] with { IsOpen = false, LeftMs = !isInside && cut is { } left ? left.LastMs : seen[^1].ToMs };
            }

            if (isInside && wasInside && lengthMs <= 300_000)
            {
                seen[^1] = seen[^1] with { ToMs = fixes[i].TimeMs };
            }
            else if (isInside)
            {
                var at = fixes[i].TimeMs;
                seen.Add(new Seen(at, at, !wasInside && cut is { } entered ? entered.FirstMs : at, at, IsPassage: false, IsOpen: true));
            }
            else if (!wasInside && cut is { } passed)
            {
                seen.Add(new Seen(passed.FirstMs, passed.LastMs, passed.FirstMs, passed.LastMs, IsPassage: true, IsOpen: false));
            }
        }

        return seen;
    }

    // Where the segment meets the zone first and last, by the points of the intersection.
    private static (long FirstMs, long LastMs)? Cut(Polygon zone, Fix a, Fix b)
    {
        var (from, to) = (PointOf(a).Coordinate, PointOf(b).Coordinate);
        var met = from.Equals2D(to) ? null : zone.Factory.CreateLineString([from, to]).Intersection(zone);
        if (met is null || met.IsEmpty)
        {
            return null;
        }

        var parts = met.Coordinates.Select(point => from.Distance(point) / from.Distance(to)).ToArray();
        return (At(parts.Min()), At(parts.Max()));

        long At(double part) => Math.Clamp(a.TimeMs + (long)Math.Round(part * (b.TimeMs - a.TimeMs)), a.TimeMs + 1, b.TimeMs);
    }

    private static Polygon Star(Random random)
    {
        var corners = random.Next(3, 12);
        var ring = Enumerable.Range(0, corners).Select(i =>
        {
            var (angle, metres) = (2 * Math.PI * i / corners, 20 + random.Next(180));
            return new Coordinate(Math.Round(121.4 + (metres * Math.Cos(angle) / 95_000), 7), Math.Round(31.2 + (metres * Math.Sin(angle) / 111_195), 7));
        }).ToList();
        return new GeometryFactory().CreatePolygon([.. ring, ring[0]]);
    }

    private static List<Fix> RandomFixes(Random random)
    {
        var fixes = new List<Fix>();
        var (seconds, east, north) = (0.0, random.Next(-250, 250), random.Next(-250, 250));
        for (var i = random.Next(2, 60); i > 0; i--)
        {
            seconds += random.Next(12) switch { 0 => 300, 1 => 300.001, 2 => 0.5, _ => 1 + random.Next(60) };
            var stride = random.Next(15) == 0 ? 3_000 : 120;
            (east, north) = (Math.Clamp(east + random.Next(-stride, stride), -300, 300), Math.Clamp(north + random.Next(-stride, stride), -300, 300));
            fixes.Add(World.FixAt(seconds, east, north));
        }

        return fixes;
    }

    private static double Metres(Fix a, Fix b)
    {
        var (lat1, lat2) = (a.Latitude * Math.PI / 180, b.Latitude * Math.PI / 180);
        var h = Math.Pow(Math.Sin((lat2 - lat1) / 2), 2)
            + (Math.Cos(lat1) * Math.Cos(lat2) * Math.Pow(Math.Sin((b.Longitude - a.Longitude) * Math.PI / 360), 2));
        return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(h));
    }

    private static Point PointOf(Fix fix) => new(fix.Longitude, fix.Latitude);

    private sealed record Seen(long FromMs, long ToMs, long EnteredMs, long LeftMs, bool IsPassage, bool IsOpen);
}
