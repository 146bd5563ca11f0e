using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.GeoJson;
using Vantage.Geo.Zones;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.GeoJson;

public sealed class GeometryWriterTests
{
    [Theory(DisplayName = "What was read is written back, type and order and all")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}""")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]]]}""")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]],[[2.5,2.25],[2.75,2.25],[2.75,2.5],[2.5,2.25]]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0.1,0.2],[0.1,0.2],[0.30000000000000004,0.1],[1E-17,1],[0.1,0.2]]]}""")]
    public void Round_trip(string json) => Assert.Equal(json, Write(Read(json)));

    [Fact(DisplayName = "A circle is written as a Point")]
    public void Circle() => Assert.Equal("""{"type":"Point","coordinates":[121.42,31.22]}""", Write(ZoneShape.OfCircle(At(121.42, 31.22), 100)));

    [Fact(DisplayName = "Any doubles come back the same to the bit")]
    public void Bits() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ArrayOf(6).ToArbitrary(), seeds =>
    {
        var x = seeds.Select(seed => seed / (double)int.MaxValue * 80).ToArray();
        var shape = ZoneShape.OfRings(Ring((x[0] - 180, x[1] - 90), (x[2], x[3] - 90), (x[4], x[5])));
        var back = (PolygonShape)Read(Write(shape));
        return back.Longitudes(0).SequenceEqual(shape.Longitudes(0)) && back.Latitudes(0).SequenceEqual(shape.Latitudes(0));
    }).QuickCheckThrowOnFailure();

    internal static ZoneShape Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var reading = GeometryReader.Read(document.RootElement);
        Assert.Empty(reading.Errors);
        return reading.Shape!;
    }

    internal static string Write(ZoneShape shape)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            GeometryWriter.Write(json, shape);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
