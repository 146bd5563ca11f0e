using Vantage.Simulator.City;

namespace Vantage.Simulator.Tests;

public class SketchTests
{
    private static readonly Sketch Sketch = Sketch.Load();
    private static readonly RoadGraph Graph = new(Sketch);

    [Fact(DisplayName = "The sketch has the district's main roads, stations, parks and streets by name")]
    public void It_knows_the_names()
    {
        string[] roads = [.. Sketch.Roads.Select(road => road.Name)];
        Assert.Equal(roads.Length, roads.Distinct().Count());
        Assert.True(roads.Length >= 60, $"{roads.Length} roads");
        Assert.Empty(new[] { "延安西路", "虹桥路", "天山路", "仙霞路", "长宁路", "中山西路", "凯旋路", "江苏路", "愚园路", "北翟路" }.Except(roads));
        Assert.Equal(10, Sketch.Places.Count(place => place is { Kind: "place", Class: "street" }));
        Assert.Contains(Sketch.Places, place => place is { Kind: "metro", Name: "中山公园", LineCount: 3 });
        Assert.Contains(Sketch.Places, place => place is { Kind: "park", Name: "中山公园" });
    }

    [Fact(DisplayName = "Everything on the sketch lies in and around Changning")]
    public void It_is_where_it_should_be()
    {
        var points = Sketch.Roads.SelectMany(road => road.Points).Concat(Sketch.Places.Select(place => place.At)).Concat(Sketch.Outline);
        Assert.All(points, point =>
        {
            Assert.InRange(Plane.Longitude(point), 121.31, 121.45);
            Assert.InRange(Plane.Latitude(point), 31.17, 31.25);
        });
    }

    [Fact(DisplayName = "From every crossing there is a way to every other")]
    public void The_roads_are_one_network()
    {
        var reached = new HashSet<int> { 0 };
        var open = new Queue<int>([0]);
        while (open.TryDequeue(out var node))
        {
            foreach (var edge in Graph.EdgesAt(node))
            {
                if (reached.Add(edge.OtherEnd(node)))
                {
                    open.Enqueue(edge.OtherEnd(node));
                }
            }
        }

        Assert.Equal(Graph.Nodes.Count, reached.Count);
        Assert.True(Graph.Edges.Count > 250, $"{Graph.Edges.Count} edges");
    }

    [Fact(DisplayName = "No two crossings are so close that they must be one")]
    public void Crossings_are_apart()
    {
        for (var a = 0; a < Graph.Nodes.Count; a++)
        {
            for (var b = a + 1; b < Graph.Nodes.Count; b++)
            {
                Assert.True(Graph.Nodes[a].DistanceTo(Graph.Nodes[b]) > 12, $"{Where(a)} and {Where(b)}");
            }
        }

        static string Where(int node) => string.Join('×', Graph.EdgesAt(node).Select(edge => edge.Road.Name).Distinct());
    }

    [Fact(DisplayName = "Roads that cross on the ground share a crossing")]
    public void Famous_crossings_exist()
    {
        (string, string)[] crossings =
        [
            ("延安西路", "中山西路"), ("延安西路", "江苏路"), ("天山路", "古北路"), ("天山路", "娄山关路"), ("长宁路", "凯旋路"), ("虹桥路", "古北路"),
            ("仙霞路", "水城路"), ("新华路", "番禺路"), ("愚园路", "江苏路"), ("北翟路", "剑河路"), ("虹桥路", "凯旋路"), ("天山西路", "淞虹路"),
        ];
        Assert.All(crossings, pair => Assert.Contains(
            Enumerable.Range(0, Graph.Nodes.Count),
            node => Graph.EdgesAt(node).Any(edge => edge.Road.Name == pair.Item1) && Graph.EdgesAt(node).Any(edge => edge.Road.Name == pair.Item2)));
    }

    [Fact(DisplayName = "The shortest way is no shorter than the straight line, and leads from where to where")]
    public void Routes_connect()
    {
        var dice = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var (from, to) = (dice.Next(Graph.Nodes.Count), dice.Next(Graph.Nodes.Count));
            var at = from;
            var metres = 0.0;
            foreach (var edge in Graph.Route(from, to, _ => true))
            {
                Assert.True(edge.From == at || edge.To == at);
                at = edge.OtherEnd(at);
                metres += edge.LengthMetres;
            }

            Assert.Equal(to, at);
            Assert.True(metres >= Graph.Nodes[from].DistanceTo(Graph.Nodes[to]) - 0.001);
        }
    }
}
