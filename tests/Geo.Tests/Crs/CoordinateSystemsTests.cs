using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Crs;
using static Vantage.Geo.Tests.Zones.Shapes;
using TestData = Vantage.Support.TestData;
using Vantage.Support;

namespace Vantage.Geo.Tests.Crs;

public sealed class CoordinateSystemsTests
{
    [Theory(DisplayName = "Places that other implementations of the open formula agree on")]
    [InlineData(121.5272106, 31.1774276, 121.531541859215, 31.17530398364597)] // Shanghai, eviltransform.
    [InlineData(113.912316, 22.543847, 113.9171764808363, 22.540796131694766)] // Shenzhen, eviltransform.
    [InlineData(116.377817, 39.911954, 116.38404722455657, 39.91334545536069)] // Beijing, eviltransform.
    [InlineData(116.404, 39.915, 116.41024449916938, 39.91640428150164)] // coordtransform.
    [InlineData(121.4246, 31.2205, 121.4292371, 31.2186492)] // Changning.
    [InlineData(121.4165, 31.2205, 121.4211451, 31.2186558)] // Zhongshan Park.
    public void Gcj02_by_formula(double lng, double lat, double gcjLng, double gcjLat)
    {
        var gcj = CoordinateSystems.FromWgs84(At(lng, lat), CoordinateSystem.Gcj02);
        Assert.InRange(GreatCircle.DistanceMetres(gcj, At(gcjLng, gcjLat)), 0, 0.01);
        Assert.InRange(GreatCircle.DistanceMetres(CoordinateSystems.ToWgs84(gcj, CoordinateSystem.Gcj02), At(lng, lat)), 0, 1e-4);
    }

    [Fact(DisplayName = "[BASE-6] what the wall moves a base map by is this formula: its reference points are this one's")]
    public void Reference_of_the_wall()
    {
        var points = JsonSerializer.Deserialize<double[][]>(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "src", "Wallboard", "src", "geo", "gcj02.reference.json")))!;
        Assert.True(points.Length > 100);
        Assert.All(points, point =>
        {
            var gcj = CoordinateSystems.FromWgs84(At(point[0], point[1]), CoordinateSystem.Gcj02);
            Assert.Equal((point[2], point[3]), (gcj.Longitude, gcj.Latitude), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        });
    }

    [Fact(DisplayName = "BD-09 upon GCJ-02, and the true inverse where the published one is centimetres off")]
    public void Bd09_by_formula()
    {
        var bd = CoordinateSystems.Convert(At(116.404, 39.915), CoordinateSystem.Gcj02, CoordinateSystem.Bd09);
        Assert.InRange(GreatCircle.DistanceMetres(bd, At(116.41036949371029, 39.92133699351021)), 0, 1e-6);
        var gcj = CoordinateSystems.Convert(At(116.404, 39.915), CoordinateSystem.Bd09, CoordinateSystem.Gcj02);
        Assert.InRange(GreatCircle.DistanceMetres(gcj, At(116.39762729119315, 39.90865673957631)), 0, 0.22);
        var wgs = CoordinateSystems.ToWgs84(At(116.404, 39.915), CoordinateSystem.Gcj02);
        Assert.InRange(GreatCircle.DistanceMetres(wgs, At(116.39775575457482, 39.91359623560938)), 0, 1e-4);
    }

    [Theory(DisplayName = "Cities of the service's own data, to a metre")]
    [InlineData(113.2590543, 23.131788, 113.2643859, 23.1291146, 113.2708188, 23.135343)]
    [InlineData(104.0640437, 30.5747262, 104.0665489, 30.5722732, 104.0730134, 30.5783237)]
    [InlineData(120.1503589, 30.2764043, 120.1550722, 30.274088, 120.1616149, 30.2799982)]
    [InlineData(118.7916827, 32.0623216, 118.7968802, 32.0602574, 118.8033021, 32.0666136)]
    [InlineData(87.6140048, 43.824388, 87.6168579, 43.8255962, 87.6232918, 43.8317719)]
    [InlineData(126.528903, 45.8017783, 126.5349726, 45.8037804, 126.5415875, 45.8094074)]
    public void Cities(double lng, double lat, double gcjLng, double gcjLat, double bdLng, double bdLat)
        => AssertCity(At(lng, lat), At(gcjLng, gcjLat), At(bdLng, bdLat));

    [Fact(DisplayName = "All 664 Chinese cities of the reference set, every way, to a metre")]
    public void All_cities()
    {
        using var cities = JsonDocument.Parse(File.ReadAllBytes(TestData.Require("crs/gcoord-china-cities.json")));
        Assert.Equal(664, cities.RootElement.GetArrayLength());
        foreach (var city in cities.RootElement.EnumerateArray())
        {
            var coordinates = city.GetProperty("coords");
            AssertCity(Read("WGS84"), Read("GCJ02"), Read("BD09"));

            LatLng Read(string name) => At(coordinates.GetProperty(name)[0].GetDouble(), coordinates.GetProperty(name)[1].GetDouble());
        }
    }

    [Fact(DisplayName = "There and back again, anywhere in China, is a tenth of a millimetre at most")]
    public void Round_trip()
    {
        var systems = Enum.GetValues<CoordinateSystem>();
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).Two().ToArbitrary(), seeds =>
        {
            var p = At(73.5 + 61.5 * seeds.Item1 / int.MaxValue, 18 + 35.5 * seeds.Item2 / int.MaxValue);
            return systems.All(from => systems.All(to => GreatCircle.DistanceMetres(
                p, CoordinateSystems.Convert(CoordinateSystems.Convert(p, from, to), to, from)) < 1e-4));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Theory(DisplayName = "Outside the box nothing moves; at its corners it does")]
    [InlineData(72.0039, 30, false)]
    [InlineData(72.0041, 30, true)]
    [InlineData(137.8346, 30, true)]
    [InlineData(137.8348, 30, false)]
    [InlineData(110, 0.8292, false)]
    [InlineData(110, 0.8294, true)]
    [InlineData(110, 55.8270, true)]
    [InlineData(110, 55.8272, false)]
    [InlineData(2.35, 48.85, false)]
    [InlineData(-180, -90, false)]
    [InlineData(180, 90, false)]
    public void Box(double lng, double lat, bool moves)
        => Assert.Equal(moves, CoordinateSystems.FromWgs84(At(lng, lat), CoordinateSystem.Gcj02) != At(lng, lat));

    [Fact(DisplayName = "CGCS2000 is taken for WGS-84, in itself and on the way to every other system")]
    public void Cgcs2000()
    {
        var p = At(121.4246, 31.2205);
        foreach (var system in Enum.GetValues<CoordinateSystem>())
        {
            Assert.Equal(CoordinateSystems.Convert(p, CoordinateSystem.Wgs84, system), CoordinateSystems.Convert(p, CoordinateSystem.Cgcs2000, system));
            Assert.Equal(CoordinateSystems.Convert(p, system, CoordinateSystem.Wgs84), CoordinateSystems.Convert(p, system, CoordinateSystem.Cgcs2000));
        }
    }

    [Fact(DisplayName = "A name that is none is answered with all that are")]
    public void Rule()
        => Assert.All(Enum.GetValues<CoordinateSystem>(), system => Assert.Contains(CoordinateSystems.NameOf(system), CoordinateSystems.NameRule));

    [Fact(DisplayName = "Far from China the way back moves nothing either")]
    public void Far_away()
    {
        foreach (var p in new[] { At(2.35, 48.85), At(-180, -90), At(180, 90), At(0, 0), At(140, 35) })
        {
            Assert.Equal(p, CoordinateSystems.ToWgs84(p, CoordinateSystem.Gcj02));
            Assert.Equal(p, CoordinateSystems.ToWgs84(p, CoordinateSystem.Bd09));
        }
    }

    [Fact(DisplayName = "The names of the contract, exactly")]
    public void Names()
    {
        Assert.Equal(["wgs84", "gcj02", "bd09", "cgcs2000"], Enum.GetValues<CoordinateSystem>().Select(CoordinateSystems.NameOf));
        foreach (var system in Enum.GetValues<CoordinateSystem>())
        {
            Assert.True(CoordinateSystems.TryParse(CoordinateSystems.NameOf(system), out var parsed));
            Assert.Equal(system, parsed);
        }

        Assert.All(["", "WGS84", "wgs-84", "gcj", "bd09mc", "0"], name => Assert.False(CoordinateSystems.TryParse(name, out _)));
    }

    [Fact(DisplayName = "Conversion allocates nothing")]
    public void Allocates_nothing()
    {
        var p = At(121.42, 31.22);
        Assert.Equal(0, Allocation.Of(() => CoordinateSystems.ToWgs84(CoordinateSystems.FromWgs84(p, CoordinateSystem.Bd09), CoordinateSystem.Bd09)));
    }

    private static void AssertCity(LatLng wgs, LatLng gcj, LatLng bd)
    {
        var places = new[] { wgs, gcj, bd };
        for (var from = 0; from < 3; from++)
        {
            for (var to = 0; to < 3; to++)
            {
                var reached = CoordinateSystems.Convert(places[from], (CoordinateSystem)from, (CoordinateSystem)to);
                Assert.InRange(GreatCircle.DistanceMetres(reached, places[to]), 0, 1);
            }
        }
    }
}
