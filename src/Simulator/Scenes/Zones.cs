using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>Puts the table's zones on the sketch.</summary>
internal static class Zones
{
    public static ZonePlan[] Of(long seed, Sketch sketch, RoadGraph graph, Squad[] squads)
        => [.. ZoneTable.Rows.Select((row, index) => Of(Dice.Of(seed, 3, index), row, sketch, graph, squads))];

    private static ZonePlan Of(Dice dice, ZoneTable.Row row, Sketch sketch, RoadGraph graph, Squad[] squads)
    {
        var road = sketch.Roads.Single(road => road.Name == row.Road);
        var isStretch = row.ShareTo > 0;
        var centre = isStretch ? Roads.At(road, (row.Share + row.ShareTo) / 2).Point : CrossingNear(Roads.At(road, row.Share).Point, road, graph);
        var ring = isStretch ? Stretch(road, row) : row.IsCircle ? null : Block(centre, row.Metres, dice);
        var squad = squads.MinBy(squad => squad.At.DistanceTo(centre))!;
        return new(
            row.Key, row.Name, row.Kind, ZoneTable.Level(row.Kind), squad, centre, ring, ring is null ? row.Metres : 0,
            ZoneTable.Rules(row.Kind, squad.Key));
    }

    private static Point CrossingNear(Point point, Road road, RoadGraph graph)
    {
        var ends = graph.Edges.Where(edge => edge.Road == road).SelectMany(edge => new[] { edge.From, edge.To });
        return graph.Nodes[ends.MinBy(node => graph.Nodes[node].DistanceTo(point))];
    }

    // A city block is seldom a square: six to nine corners, none far from the circle.
    private static Point[] Block(Point centre, double metres, Dice dice)
    {
        var corners = 6 + dice.Pick(4);
        var turn = dice.Between(0, Math.Tau);
        var ring = new Point[corners + 1];
        for (var i = 0; i < corners; i++)
        {
            var angle = turn + (i + dice.Between(-0.2, 0.2)) * Math.Tau / corners;
            var radius = metres * dice.Between(0.85, 1.2);
            ring[i] = centre.Plus(radius * Math.Cos(angle), radius * Math.Sin(angle));
        }

        ring[corners] = ring[0];
        return ring;
    }

    // A band along the road: out on its right side, back on its left.
    private static Point[] Stretch(Road road, ZoneTable.Row row)
    {
        const int Steps = 12;
        var ring = new Point[2 * (Steps + 1) + 1];
        for (var i = 0; i <= Steps; i++)
        {
            var (point, heading) = Roads.At(road, row.Share + (row.ShareTo - row.Share) * i / Steps);
            var (east, north) = (Math.Cos(heading * Math.PI / 180) * row.Metres, -Math.Sin(heading * Math.PI / 180) * row.Metres);
            ring[i] = point.Plus(east, north);
            ring[^(i + 2)] = point.Plus(-east, -north);
        }

        ring[^1] = ring[0];
        return ring;
    }
}
