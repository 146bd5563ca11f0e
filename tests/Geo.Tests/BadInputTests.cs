using System.Reflection;
using Vantage.Geo.H3;
using Vantage.Geo.Motion;
using Vantage.Geo.Nearby;
using Vantage.Geo.Statistics;
using Vantage.Geo.Tracks;
using Vantage.Geo.Zones;

namespace Vantage.Geo.Tests;

/// <summary>Numbers that are out of range, at every public door that takes numbers.</summary>
public sealed class BadInputTests
{
    private static readonly double[] NotFinite = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly H3Cell Cell = H3Cell.Of(31.2, 121.4, 7);
    private static readonly LatLng Place = LatLng.Trusted(31.2, 121.4);
    private static readonly LatLng[] Triangle = [LatLng.Trusted(0, 0), LatLng.Trusted(0, 1), LatLng.Trusted(1, 1), LatLng.Trusted(0, 0)];
    private static readonly PolygonShape Polygon = ZoneShape.OfRings(Triangle);
    private static readonly CircleShape Circle = ZoneShape.OfCircle(Place, 100);

    /// <summary>By method and parameter: what is refused, with that parameter's name and, in the message, its range.</summary>
    private static readonly Case[] Refused =
    [
        .. Each("GreatCircle.Destination", "bearingDegrees", "finite", NotFinite, value => GreatCircle.Destination(Place, value, 1)),
        .. Each("GreatCircle.Destination", "metres", "finite", NotFinite, value => GreatCircle.Destination(Place, 1, value)),
        .. Each("GreatCircle.Interpolate", "fraction", "1e300", [.. NotFinite, 1e301, -1e301], value => GreatCircle.Interpolate(Place, default, value)),
        .. Each("GreatCircle.Interpolate", "fraction", "1e300", NotFinite, value => GreatCircle.Interpolate(Place, Place, value)),
        new("GreatCircle.DistancesMetres", "metres", "greater than or equal to '2'", () => GreatCircle.DistancesMetres(Place, new LatLng[2], new double[1])),
        .. Each("Geodesic.Destination", "bearingDegrees", "finite", NotFinite, value => Geodesic.Destination(Place, value, 1)),
        .. Each("Geodesic.Destination", "metres", "finite", NotFinite, value => Geodesic.Destination(Place, 1, value)),
        .. Each("Geodesic.Interpolate", "fraction", "1e300", [.. NotFinite, 1e301, -1e301], value => Geodesic.Interpolate(Place, default, value)),
        .. Each("Geodesic.Interpolate", "fraction", "1e300", NotFinite, value => Geodesic.Interpolate(Place, Place, value)),
        new("Geodesic.DistancesMetres", "metres", "greater than or equal to '2'", () => Geodesic.DistancesMetres(Place, new LatLng[2], new double[1])),
        .. Each("H3Cell.Of", "latitude", "-90 to 90", [.. NotFinite, 90.0000001, -91, 1e308], value => H3Cell.Of(value, 0, 7)),
        .. Each("H3Cell.Of", "longitude", "-180 to 180", [.. NotFinite, 180.0000001, -181, 1e308], value => H3Cell.Of(0, value, 7)),
        .. EachWhole("H3Cell.Of", "resolution", "15", value => H3Cell.Of(0d, 0d, value), 16),
        .. EachWhole("H3Cell.Of", "resolution", "15", value => H3Cell.Of(Place, value), 16),
        .. EachWhole("H3Cell.Of", "resolution", "15", value => H3Cell.Of(new LatLng[1], value, new H3Cell[1]), 16),
        new("H3Cell.Of", "cells", "room for 2", () => H3Cell.Of(new LatLng[2], 7, new H3Cell[1])),
        .. EachWhole("H3Cell.Parent", "resolution", "7", value => Cell.Parent(value), 8),
        .. EachWhole("H3Cell.CenterChild", "resolution", "", value => Cell.CenterChild(value), 6, 16),
        .. EachWhole("H3Cell.ChildCount", "resolution", "", value => Cell.ChildCount(value), 6, 16),
        .. EachWhole("H3Cell.Children", "resolution", "", value => Cell.Children(value), 6, 16),
        .. EachWhole("H3Cell.Children", "resolution", "", value => Cell.Children(value, new H3Cell[7]), 6, 16),
        new("H3Cell.Children", "cells", "room for 7", () => Cell.Children(8, new H3Cell[6])),
        .. EachWhole("H3Cell.MaxDiskSize", "k", "", value => H3Cell.MaxDiskSize(value), H3Cell.MaxDiskRadius + 1),
        .. EachWhole("H3Cell.MaxRingSize", "k", "", value => H3Cell.MaxRingSize(value), H3Cell.MaxDiskRadius + 1),
        .. EachWhole("H3Cell.Disk", "k", "", value => Cell.Disk(value, new H3Cell[7]), H3Cell.MaxDiskRadius + 1),
        new("H3Cell.Disk", "cells", "room for 7", () => Cell.Disk(1, [])),
        .. EachWhole("H3Cell.Ring", "k", "", value => Cell.Ring(value, new H3Cell[7]), H3Cell.MaxDiskRadius + 1),
        new("H3Cell.Ring", "cells", "room for 6", () => Cell.Ring(1, [])),
        new("H3Cell.Neighbours", "cells", "room for 6", () => Cell.Neighbours([])),
        new("H3Cell.Boundary", "vertices", "room for 6", () => Cell.Boundary([])),
        new("H3Cell.EdgeLengthsMetres", "metres", "room for 6", () => Cell.EdgeLengthsMetres([])),
        .. EachWhole("H3Polygon.Cells", "resolution", "", value => H3Polygon.Cells([Triangle], value, H3Containment.Center), 16),
        .. EachWhole("H3Polygon.Cells", "resolution", "", value => H3Polygon.Cells([Triangle], value, H3Containment.Center, []), 16),
        new("H3Polygon.Cells", "rings", "", () => H3Polygon.Cells(null!, 7, H3Containment.Center)),
        new("H3Polygon.Cells", "rings", "null", () => H3Polygon.Cells([null!], 7, H3Containment.Center)),
        new("H3Polygon.Cells", "cells", "", () => H3Polygon.Cells([Triangle], 7, H3Containment.Center, null!)),
        new("H3Polygon.Cells", "containment", "", () => H3Polygon.Cells([Triangle], 7, (H3Containment)(-1))),
        new("H3Polygon.Outlines", "cells", "is no cell", () => H3Polygon.Outlines([default])),
        new("H3Set.Compact", "cells", "is no cell", () => H3Set.Compact([new(ulong.MaxValue)], new H3Cell[1])),
        new("H3Set.Compact", "compacted", "room for 1", () => H3Set.Compact([Cell], [])),
        .. EachWhole("H3Set.UncompactedCount", "resolution", "", value => H3Set.UncompactedCount([Cell], value), 16),
        new("H3Set.UncompactedCount", "cells", "finer", () => H3Set.UncompactedCount([Cell], 6)),
        .. EachWhole("H3Set.Uncompact", "resolution", "", value => H3Set.Uncompact([Cell], value, new H3Cell[1]), 16),
        new("H3Set.Uncompact", "cells", "is no cell", () => H3Set.Uncompact([default], 7, new H3Cell[1])),
        new("H3Set.Uncompact", "all", "room for 7", () => H3Set.Uncompact([Cell], 8, new H3Cell[1])),
        .. EachWhole("GetisOrd.Star", "ring", "", value => GetisOrd.Star([Cell], [1], value), 0, 6),
        new("GetisOrd.Star", "cells", "is no cell", () => GetisOrd.Star([default], [1], 1)),
        new("GetisOrd.Star", "cells", "is no cell", () => GetisOrd.Star([new(ulong.MaxValue)], [1], 1)),
        new("GetisOrd.Star", "cells", "twice", () => GetisOrd.Star([Cell, Cell], [1, 1], 1)),
        new("GetisOrd.Star", "cells", "", () => GetisOrd.Star(null!, [1], 1)),
        new("GetisOrd.Star", "values", "", () => GetisOrd.Star([Cell], null!, 1)),
        new("GetisOrd.Star", "values", "2 values for 1", () => GetisOrd.Star([Cell], [1, 2], 1)),
        .. EachWhole("HotSpots.Find", "ring", "", value => HotSpots.Find([Cell], [1], value, 0.1), 0, 6),
        .. Each("HotSpots.Find", "rate", "above 0 and below 1", [.. NotFinite, 0, 1, -0.1, 1.1], value => HotSpots.Find([Cell], [1], 1, value)),
        new("HotSpots.Find", "cells", "", () => HotSpots.Find(null!, [1], 1, 0.1)),
        new("HotSpots.Find", "values", "", () => HotSpots.Find([Cell], [1, 2], 1, 0.1)),
        .. Each("FalseDiscovery.Adjust", "p", "0 to 1", [.. NotFinite, -0.1, 1.1], value => FalseDiscovery.Adjust([0.5, value])),
        .. Each("TrackSimplifier.Mark", "metres", "0 or more", [double.NaN, -1, double.NegativeInfinity], value => TrackSimplifier.Mark(new TrackPoint[1], value, 1, 1, new bool[1])),
        new("TrackSimplifier.Mark", "longestMs", "non-negative", () => TrackSimplifier.Mark([], 1, -1, 1, [])),
        new("TrackSimplifier.Mark", "gapMs", "non-negative", () => TrackSimplifier.Mark([], 1, 1, long.MinValue, [])),
        new("TrackSimplifier.Mark", "kept", "1 marks for 0", () => TrackSimplifier.Mark([], 1, 1, 1, new bool[1])),
        new("MotionLedger..ctor", "edgesMs", "two edges", () => _ = new MotionLedger([])),
        new("MotionLedger..ctor", "edgesMs", "ascend", () => _ = new MotionLedger([1, 1])),
        new("MotionLedger.Idle", "toMs", "'5'", () => new MotionLedger([0, 10]).Idle(5, 4)),
        new("MotionLedger.Leg", "toMs", "'5'", () => new MotionLedger([0, 10]).Leg(5, 5, 1)),
        .. Each("ZoneShape.OfCircle", "radiusMetres", "above 0", [.. NotFinite, 0, -1, 1e6 + 1, 1e308], value => ZoneShape.OfCircle(Place, value)),
        new("ZoneShape.OfPolygons", "polygons", "", () => ZoneShape.OfPolygons(null!)),
        new("ZoneShape.OfPolygons", "polygons", "needs a polygon", () => ZoneShape.OfPolygons([])),
        new("ZoneShape.OfPolygons", "polygons", "outer ring", () => ZoneShape.OfPolygons([null!])),
        new("ZoneShape.OfPolygons", "polygons", "at least 4", () => ZoneShape.OfPolygons([[null!]])),
        new("ZoneShape.OfRings", "rings", "outer ring", () => ZoneShape.OfRings()),
        new("ZoneShape.OfRings", "rings", "outer ring", () => ZoneShape.OfRings(null!)),
        new("ZoneShape.OfRings", "rings", "at least 4", () => ZoneShape.OfRings(Triangle[..3])),
        .. EachWhole("PolygonShape.RingsOf", "polygon", "", value => Polygon.RingsOf(value), 1),
        .. EachWhole("PolygonShape.Longitudes", "ring", "", value => Polygon.Longitudes(value), 1),
        .. EachWhole("PolygonShape.Latitudes", "ring", "", value => Polygon.Latitudes(value), 1),
        .. EachWhole("ZoneHitLists.get_Item", "position", "", value => _ = new ZoneHitLists()[value].Length, 0),
        new("ZoneIndex.Build", "entries", "", () => ZoneIndex.Build(null!)),
        new("ZoneIndex.Build", "entries", "no shape", () => ZoneIndex.Build([default])),
        new("ZoneIndex.With", "removed", "", () => ZoneIndex.Empty.With(null!, [])),
        new("ZoneIndex.With", "added", "", () => ZoneIndex.Empty.With([], null!)),
        new("ZoneIndex.With", "added", "no shape", () => ZoneIndex.Empty.With([], [default])),
        .. Each("ZoneIndex.TryNearestEdge", "withinMetres", "not negative", [double.NaN, -1, double.NegativeInfinity], value => ZoneIndex.Empty.TryNearestEdge(Place, value, out _)),
        .. Each("RoamingIndex..ctor", "cellMetres", "10 to 1000000", [.. NotFinite, 0, -1, 9.99, 1e6 + 1], value => _ = new RoamingIndex(value)),
        .. EachWhole("RoamingIndex.Set", "unit", "67108863", value => new RoamingIndex().Set(value, Place), RoamingIndex.MaxUnit + 1),
        .. Each("RoamingIndex.Within", "metres", "", [double.NaN, -1, double.NegativeInfinity], value => new RoamingIndex().Within(Place, value, new())),
        .. Each("RoamingIndex.Near", "metres", "", [double.NaN, -1, double.NegativeInfinity], value => new RoamingIndex().Near(0, value, new())),
        .. Each("RoamingIndex.Nearest", "withinMetres", "", [double.NaN, -1, double.NegativeInfinity], value => new RoamingIndex().Nearest(Place, 1, value, new())),
        .. new[] { 0, -1, int.MinValue }.Select(value => new Case("RoamingIndex.Nearest", "count", "'1'", () => new RoamingIndex().Nearest(Place, value, 1, new()))),
    ];

    /// <summary>Parameters of numbers that have no range to refuse, and why.</summary>
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["LatLng.TryCreate"] = "Answers false: see Positions.",
        ["LatLng.Trusted"] = "The door for what is known to be a position; it asserts.",
        ["Orientation.Sign"] = "The innermost step of every query, on coordinates of positions.",
        ["NormalTail.TwoSided"] = "Any number; its documentation says NaN for NaN.",
        ["ZoneShape.IsBoundaryWithin"] = "Asked for every fix; no distance is at most NaN or below 0, so false is right: see Boundary.",
        ["PolygonShape.IsBoundaryWithin"] = "As that of ZoneShape.",
        ["CircleShape.IsBoundaryWithin"] = "As that of ZoneShape.",
        ["ZoneHits.Contains"] = "Any id may be asked for.",
        ["GeometryReader.Read"] = "Bad numbers are errors that it returns: see GeometryReaderTests.",
        ["ZoneIndex.Query"] = "Positions are valid; any number of them, none too.",
        ["RoamingIndex.TryGet"] = "Any number may be asked for.",
        ["RoamingIndex.Remove"] = "Any number may be asked for.",
        ["CityGrid.TryToWgs84"] = "Answers false: see CityGridTests.",
        ["CoordinateSystems.TryParse"] = "Text; answers false.",
        ["H3Cell.TryParse"] = "Text; answers false.",
        ["IMotionSink.Leg"] = "An interface.",
        ["IMotionSink.Idle"] = "An interface.",
        ["IMotionSink.Gap"] = "An interface.",
        ["MotionLedger.Gap"] = "Adds nothing.",
    };

    /// <summary>Parameters in methods that are in the table for others.</summary>
    private static readonly HashSet<string> FreeParameters =
    [
        "GreatCircle.DistancesMetres targets", // Positions are valid; none are fine.
        "Geodesic.DistancesMetres targets",
        "H3Cell.Of positions",
        "TrackSimplifier.Mark points", // Read once for every fix of a track; they come from positions.
        "MotionLedger.Idle fromMs", // Any time; what is compared is the end.
        "MotionLedger.Leg fromMs",
        "MotionLedger.Leg centimetres",
        "RoamingIndex.Near unit", // Any number may be asked for.
    ];

    public static TheoryData<int> RefusedCases => [.. Enumerable.Range(0, Refused.Length)];

    [Theory(DisplayName = "What is out of range is refused by the parameter's name, with its range")]
    [MemberData(nameof(RefusedCases))]
    public void Is_refused(int number)
    {
        var (method, parameter, range, act) = Refused[number];
        var thrown = Assert.ThrowsAny<ArgumentException>(act);
        Assert.True(parameter == thrown.ParamName, $"{method}: {thrown.ParamName} in place of {parameter}.");
        Assert.Contains(range, thrown.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Every public method that takes numbers is in the table, or excused with a reason")]
    public void Table_is_complete()
    {
        var known = Refused.Select(one => $"{one.Method} {one.Parameter}").Concat(FreeParameters).ToHashSet();
        var missing = typeof(LatLng).Assembly.GetExportedTypes().Where(type => !type.IsEnum && !IsData(type)).SelectMany(Parameters)
            .Where(one => !known.Contains($"{one.Method} {one.Parameter}") && !Excused.ContainsKey(one.Method));
        Assert.Empty(missing.Select(one => $"{one.Method} {one.Parameter}").Distinct());
        Assert.All(Excused.Values, reason => Assert.NotEmpty(reason));
    }

    [Theory(DisplayName = "Numbers that are no position are none")]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(90.00000000000001, 0)]
    [InlineData(0, -180.00000000000003)]
    [InlineData(1e308, 1e308)]
    public void Positions(double latitude, double longitude)
    {
        Assert.False(LatLng.TryCreate(latitude, longitude, out var position));
        Assert.Equal(default, position);
    }

    [Theory(DisplayName = "No boundary is within a distance that is none; all are within infinity")]
    [InlineData(double.NaN, false)]
    [InlineData(-1, false)]
    [InlineData(double.NegativeInfinity, false)]
    [InlineData(double.PositiveInfinity, true)]
    [InlineData(1e308, true)]
    public void Boundary(double metres, bool expected)
    {
        Assert.Equal(expected, Polygon.IsBoundaryWithin(Place, metres));
        Assert.Equal(expected, Circle.IsBoundaryWithin(Place, metres));
    }

    [Theory(DisplayName = "Finite numbers of any size lead to a position")]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    [InlineData(1e16)]
    [InlineData(double.Epsilon)]
    public void Huge(double number)
    {
        AssertPosition(GreatCircle.Destination(Place, number, 1));
        AssertPosition(GreatCircle.Destination(Place, 1, number));
        AssertPosition(Geodesic.Destination(Place, number, 1));
        AssertPosition(Geodesic.Destination(Place, 1, number));
        AssertPosition(GreatCircle.Interpolate(Place, default, Math.Clamp(number, -1e300, 1e300)));
        AssertPosition(Geodesic.Interpolate(Place, default, Math.Clamp(number, -1e300, 1e300)));

        static void AssertPosition(LatLng p) => Assert.True(LatLng.TryCreate(p.Latitude, p.Longitude, out _), p.ToString());
    }

    [Fact(DisplayName = "Boxes that are none, rings of few vertices and empty lists are answered, and nothing hangs")]
    public void Nothing()
    {
        var (hits, lists) = (new ZoneHits(), new ZoneHitLists());
        var index = ZoneIndex.Build([new(1, Polygon)]);
        Assert.Equal(0, index.Candidates(new(double.NaN, double.NaN, double.NaN, double.NaN), hits));
        Assert.Equal(1, index.Candidates(new(double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity), hits));
        Assert.Equal(0, index.Candidates(new(1, 1, -1, -1), hits));
        Assert.Equal(0, index.Query([], lists));
        Assert.Equal(1, index.With([int.MinValue, int.MaxValue], []).Count);
        Assert.Empty(H3Polygon.Cells([], 7, H3Containment.Center));
        Assert.All(Enum.GetValues<H3Containment>(), containment => Assert.All([0, 1, 2], count => H3Polygon.Cells([Triangle[..count]], 7, containment)));
        Assert.Empty(H3Polygon.Outlines([]));
        Assert.Equal(0, H3Set.Compact([], []));
        Assert.Equal(0, H3Set.Uncompact([], 15, []));
        Assert.Empty(GetisOrd.Star([], [], 1));
        Assert.Empty(HotSpots.Find([], [], 1, 0.5));
        Assert.False(default(H3Cell).TryDistance(new(ulong.MaxValue), out _));
        GreatCircle.DistancesMetres(Place, [], []);
        TrackSimplifier.Mark([], 0, 0, 0, []);
    }

    // Records of plain numbers hold what they are given; what takes them looks at it.
    private static bool IsData(Type type) => type.Name is "GeoBox" or "ZoneEntry" or "ZoneLeaf" or "GeodesicLeg" or "HotSpot" or "TrackPoint"
        or "MotionFix" or "MotionStop" or "MotionTrip" or "MotionSums" or "NearestEdge" or "RoamingHit";

    private static IEnumerable<(string Method, string Parameter)> Parameters(Type type)
        => type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly).OfType<MethodBase>()
            .Where(method => !(type == typeof(H3Cell) && method.IsConstructor) && !method.Name.StartsWith("op_", StringComparison.Ordinal))
            .SelectMany(method => method.GetParameters().Where(parameter => !parameter.IsOut && IsNumeric(parameter.ParameterType)).Select(parameter => ($"{type.Name}.{method.Name}", parameter.Name!)));

    // A position is always valid, so one alone is nothing to refuse; a span or list may be null or too short.
    private static bool IsNumeric(Type type)
        => type == typeof(double) || type == typeof(double?) || type == typeof(int) || type == typeof(long) || type == typeof(float)
            || (type.IsGenericType && (type.Name.StartsWith("Span", StringComparison.Ordinal) || type.Name.StartsWith("ReadOnlySpan", StringComparison.Ordinal)
                || type.Name.StartsWith("IReadOnly", StringComparison.Ordinal) || type.Name.StartsWith("List", StringComparison.Ordinal)));

    private static IEnumerable<Case> Each(string method, string parameter, string range, double[] values, Action<double> act)
        => values.Select(value => new Case(method, parameter, range, () => act(value)));

    private static IEnumerable<Case> EachWhole(string method, string parameter, string range, Action<int> act, params int[] beyond)
        => [.. beyond.Append(int.MaxValue).Select(value => new Case(method, parameter, range, () => act(value))), .. new[] { -1, int.MinValue }.Select(value => new Case(method, parameter, "", () => act(value)))];

    private sealed record Case(string Method, string Parameter, string Range, Action Act);
}
