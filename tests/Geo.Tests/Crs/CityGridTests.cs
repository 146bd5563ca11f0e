using FsCheck;
using FsCheck.Fluent;
using Vantage.Geo.Crs;
using Vantage.Support;
using static Vantage.Geo.Tests.Zones.Shapes;

namespace Vantage.Geo.Tests.Crs;

public sealed class CityGridTests
{
    private const double CgcsFlattening = 1 / 298.257222101;
    private const string Krassovsky = "SPHEROID[\"Krassowsky 1940\",6378245,298.3]";
    private const string ToWgs84 = ",TOWGS84[15.8,-154.4,-82.3,0.12,-0.23,0.34,1.5]";

    private static readonly Arbitrary<(double East, double North)> Places =
        Gen.Choose(-3_000, 3_000).Two().Select(p => (p.Item1 * 100d, p.Item2 * 100d)).ToArbitrary();

    /// <summary>By cs2cs of PROJ 9.1.1, +proj=tmerc with the same numbers, from +proj=longlat +datum=WGS84.</summary>
    [Theory(DisplayName = "Positions are where PROJ has them")]
    [InlineData("zone", 121.4246, 31.2205, 40635747.824095, 3456296.317006)]
    [InlineData("zone", 121.9, 31.4, 40680711.506105, 3476884.949182)]
    [InlineData("zone", 120.9, 30.7, 40586223.453426, 3398060.012234)]
    [InlineData("city", 121.4246, 31.2205, -1420.184384, 4273.153572)]
    [InlineData("city", 121.9, 31.4, 43796.255262, 24262.267571)]
    [InlineData("city", 120.9, 30.7, -51690.928648, -53304.632083)]
    [InlineData("old", 121.4246, 31.2205, 492735.335898, 455481.338710)]
    [InlineData("old", 121.9, 31.4, 537960.809735, 475449.943932)]
    [InlineData("old", 120.9, 30.7, 442438.501817, 397925.822283)]
    public void Golden(string name, double lng, double lat, double east, double north)
    {
        var grid = Read(name switch
        {
            "zone" => Wkt(meridian: "120", east: "40500000"),
            "city" => Wkt(latitude: "31.2", meridian: "121.45", scale: "0.99999", east: "1000", north: "2000"),
            _ => Wkt(meridian: "121.5", east: "500000", north: "-3000000", spheroid: Krassovsky + ToWgs84),
        });
        // PROJ takes heights on the way to the other datum for heights on it, and loses them: half a millimetre.
        var tolerance = name == "old" ? 1e-3 : 5e-5;

        Assert.True(grid.TryFromWgs84(At(lng, lat), out var reachedEast, out var reachedNorth));
        Assert.Equal(east, reachedEast, tolerance);
        Assert.Equal(north, reachedNorth, tolerance);
        Assert.True(grid.TryToWgs84(east, north, out var place));
        Assert.InRange(Geodesic.DistanceMetres(At(lng, lat), place), 0, tolerance * 2);
    }

    [Fact(DisplayName = "Within 3° of the central meridian the projection is that of Krüger's series to 0.02 mm, within 4° to 0.1 mm")]
    public void Krueger()
    {
        var (grid, series) = (Read(Wkt(meridian: "117", scale: "0.9996")), new KruegerSeries(6_378_137, CgcsFlattening));
        for (var latitude = -80d; latitude <= 80; latitude += 0.5)
        {
            for (var degreesEast = -4d; degreesEast <= 4; degreesEast += 0.125)
            {
                Assert.True(grid.TryFromWgs84(At(117 + degreesEast, latitude), out var east, out var north));
                var (expectedEast, expectedNorth) = series.Project(latitude, degreesEast);
                var tolerance = Math.Abs(degreesEast) <= 3 ? 2e-5 : 1e-4;
                Assert.Equal(0.9996 * expectedEast, east, tolerance);
                Assert.Equal(0.9996 * expectedNorth, north, tolerance);
            }
        }
    }

    [Theory(DisplayName = "There and back again is the same place to 0.02 mm, with a datum of its own as well")]
    [InlineData(false)]
    [InlineData(true)]
    public void Round_trip(bool hasDatum)
    {
        var grid = Read(hasDatum ? Wkt(latitude: "31.2", meridian: "121.45", spheroid: Krassovsky + ToWgs84) : Wkt(latitude: "31.2", meridian: "121.45"));
        Prop.ForAll(Places, given =>
            grid.TryToWgs84(given.East, given.North, out var place) && grid.TryFromWgs84(place, out var east, out var north)
            && Math.Abs(east - given.East) < 2e-5 && Math.Abs(north - given.North) < 2e-5)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact(DisplayName = "A grid on CGCS2000, on GRS 80 or on WGS-84 is shifted by nothing, with a TOWGS84 of zeros or without one")]
    public void No_shift()
    {
        var plain = Position(Wkt());
        foreach (var spheroid in new[] { "SPHEROID[\"GRS 1980\",6378137,298.257222101]", "SPHEROID[\"WGS 84\",6378137.0,298.257223563],TOWGS84[0,0,0]", "SPHEROID[\"CGCS2000\",6378137,298.257222101],TOWGS84[0,0,0,0,0,0,0]" })
        {
            Assert.InRange(Geodesic.DistanceMetres(plain, Position(Wkt(spheroid: spheroid))), 0, 2e-4);
        }

        static LatLng Position(string wkt) => Read(wkt).TryToWgs84(30_000, 3_450_000, out var place) ? place : throw new InvalidOperationException(wkt);
    }

    [Fact(DisplayName = "Well-known text is read as ESRI writes it too, and with round brackets, lines, axes and authorities")]
    public void Spellings()
    {
        var plain = Read(Wkt(east: "500000", meridian: "120"));
        Assert.True(plain.TryFromWgs84(At(121.4, 31.2), out var east, out var north));
        string[] texts =
        [
            """PROJCS["Shanghai-",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]""",
            Wkt(east: "5e5", meridian: "+120").Replace('[', '(').Replace(']', ')'),
            Wkt(east: "500000", meridian: "120").Replace(",UNIT[\"metre\",1]]", ",\r\n  UNIT[\"metre\",1],\r\n  AXIS[\"X\",NORTH],\r\n  AXIS[\"Y\",EAST],\r\n  AUTHORITY[\"EPSG\",\"4549\"]]\r\n", StringComparison.Ordinal),
        ];
        foreach (var text in texts)
        {
            Assert.True(Read(text).TryFromWgs84(At(121.4, 31.2), out var otherEast, out var otherNorth));
            Assert.Equal((east, north), (otherEast, otherNorth));
        }

        Assert.Equal("Shanghai-", Read(texts[0]).Name);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "", "it is no well-known text: at character 1 a word is expected." },
        { "EPSG:4549", "it is no well-known text: at character 5 '[' is expected." },
        { Wkt()[..^1], "',' or ']' is expected." },
        { Wkt() + "]", "its end is expected." },
        { Wkt().Replace("\"metre\"", "\"metre", StringComparison.Ordinal), "a quote is opened and not closed." },
        { Wkt(meridian: "east"), "a number is missing in its PARAMETER 'central_meridian'." },
        { Wkt(meridian: "1.2.3"), "'1.2.3' is no number." },
        { Wkt(meridian: "1e999"), "'1e999' is no number." },
        { string.Concat(Enumerable.Repeat("A[", 100)), "brackets are nested too deep." },
        { """GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]""", "it is a GEOGCS, and no projected coordinate system of well-known text 1 (PROJCS)." },
        { """PROJCRS["a",BASEGEOGCRS["b"]]""", "it is a PROJCRS, and no projected coordinate system" },
        { Wkt(unit: "UNIT[\"US survey foot\",0.304800609601219]"), "its unit is 'US survey foot' of 0.304800609601219: only metres are taken." },
        { Wkt(unit: "UNIT[\"metre\"]"), "a number is missing in its UNIT 'metre'." },
        { Wkt().Replace("\"degree\",0.0174532925199433", "\"grad\",0.015707963267949", StringComparison.Ordinal), "the unit of its angles is 'grad'" },
        { Wkt().Replace("\"Greenwich\",0", "\"Paris\",2.33722917", StringComparison.Ordinal), "its prime meridian is not that of Greenwich." },
        { Wkt().Replace("Transverse_Mercator", "Mercator_1SP", StringComparison.Ordinal), "its projection is 'Mercator_1SP': only Transverse_Mercator and Gauss_Kruger are taken." },
        { Wkt().Replace("scale_factor", "azimuth", StringComparison.Ordinal), "its parameter 'azimuth' is none of a transverse Mercator projection." },
        { Wkt().Replace("PARAMETER[\"scale_factor\",1],", "", StringComparison.Ordinal), "its parameter 'scale_factor' is missing." },
        { Wkt().Replace("scale_factor", "False_Easting", StringComparison.Ordinal), "its parameter 'false_easting' is there twice." },
        { Wkt(scale: "0"), "its scale_factor is 0, and not from 0.9 to 1.1." },
        { Wkt(latitude: "91"), "its latitude_of_origin is 91" },
        { Wkt(spheroid: "SPHEROID[\"flat\",6378137,0]"), "the inverse flattening of its ellipsoid is 0" },
        { Wkt(spheroid: "SPHEROID[\"km\",6378.137,298.25]"), "the semi-major axis of its ellipsoid is 6378.137" },
        { Wkt(spheroid: Krassovsky), "its ellipsoid 'Krassowsky 1940' is not that of WGS-84 or CGCS2000, and there is no TOWGS84" },
        { Wkt(spheroid: Krassovsky + ",TOWGS84[1,2]"), "its TOWGS84 has 2 numbers, and not 3 or 7." },
        { Wkt(spheroid: Krassovsky + ",TOWGS84[1,2,1e9]"), "number 3 of its TOWGS84 is 1000000000" },
        { Wkt().Replace("DATUM[\"D\",", "D[\"D\",", StringComparison.Ordinal), "it has no DATUM in its GEOGCS." },
    };

    [Theory(DisplayName = "What is no grid is refused with what is wrong")]
    [MemberData(nameof(Unusable))]
    public void Refused(string wkt, string expected)
    {
        Assert.False(CityGrid.TryRead(wkt, out var grid, out var problem));
        Assert.Null(grid);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Whatever becomes of a text, it is read or refused, and what is read converts or says that it cannot")]
    public void Damaged()
    {
        var random = new Random(2000);
        string[] seeds = [Wkt(), Wkt(spheroid: Krassovsky + ToWgs84)];
        var read = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var text = new List<char>(seeds[i % 2]);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0: text.RemoveAt(at); break;
                    case 1: text[at] = (char)random.Next(32, 127); break;
                    case 2: text.Insert(at, "[],\"0E-.x"[random.Next(9)]); break;
                    default: text.RemoveRange(at, Math.Min(random.Next(60), text.Count - at)); break;
                }
            }

            if (CityGrid.TryRead(new string([.. text]), out var grid, out var problem))
            {
                read++;
                if (grid.TryToWgs84(30_000, 3_450_000, out var place))
                {
                    Assert.True(grid.TryFromWgs84(place, out var east, out var north));
                    Assert.Equal(30_000, east, 1e-3);
                    Assert.Equal(3_450_000, north, 1e-3);
                }
            }
            else
            {
                Assert.EndsWith(".", problem, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 1_000, 20_000);
    }

    [Theory(DisplayName = "A position to which the grid does not reach is refused, not bent into it")]
    [InlineData(390_000, 3_450_000)] // 4.08° east of the meridian.
    [InlineData(-390_000, 3_450_000)]
    [InlineData(100_000_000, 0)]
    [InlineData(0, 9_500_000)] // 85.6° north.
    [InlineData(0, 43_454_000)] // Once around by the poles.
    [InlineData(0, 1e300)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0, double.NegativeInfinity)]
    public void Out_of_reach(double east, double north)
    {
        Assert.False(Read(Wkt()).TryToWgs84(east, north, out var place));
        Assert.Equal(default, place);
    }

    [Theory(DisplayName = "A place is refused from 4° off the central meridian, over the antimeridian too, and near the poles")]
    [InlineData("121.45", 125.449, 31, true)]
    [InlineData("121.45", 125.451, 31, false)]
    [InlineData("121.45", 117.451, 31, true)]
    [InlineData("121.45", 117.449, 31, false)]
    [InlineData("121.45", -58.55, 31, false)]
    [InlineData("121.45", 121.45, 84, true)]
    [InlineData("121.45", 121.45, 84.001, false)]
    [InlineData("121.45", 121.45, -90, false)]
    [InlineData("179", -178, 0, true)]
    [InlineData("-180", 179, -40, true)]
    public void Reach(string meridian, double lng, double lat, bool isWithin)
    {
        var grid = Read(Wkt(meridian: meridian));
        Assert.Equal(isWithin, grid.TryFromWgs84(At(lng, lat), out var east, out var north));
        if (isWithin)
        {
            Assert.True(grid.TryToWgs84(east, north, out var place));
            Assert.InRange(Geodesic.DistanceMetres(At(lng, lat), place), 0, 1e-4);
        }
    }

    [Fact(DisplayName = "Many threads at once get what one gets")]
    public void Threads()
    {
        var grid = Read(Wkt(latitude: "31.2", meridian: "121.45", spheroid: Krassovsky + ToWgs84));
        var alone = Enumerable.Range(0, 20_000).Select(Convert).ToArray();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < alone.Length; i++)
            {
                Assert.Equal(alone[i], Convert(i));
            }
        });

        (LatLng, double, double) Convert(int i)
            => grid.TryToWgs84(i * 3, i * -2, out var place) && grid.TryFromWgs84(place, out var east, out var north) ? (place, east, north) : default;
    }

    [Fact(DisplayName = "Conversion allocates nothing, with a datum of its own as well")]
    public void Allocates_nothing()
    {
        var grid = Read(Wkt(spheroid: Krassovsky + ToWgs84));
        Assert.Equal(0, Allocation.Of(Run));

        void Run()
        {
            Assert.True(grid.TryToWgs84(30_000, 3_450_000, out var place));
            Assert.True(grid.TryFromWgs84(place, out _, out _));
        }
    }

    private static CityGrid Read(string wkt) => CityGrid.TryRead(wkt, out var grid, out var problem) ? grid : throw new InvalidOperationException(problem);

    private static string Wkt(
        string latitude = "0", string meridian = "121.45", string scale = "1", string east = "0", string north = "0",
        string spheroid = "SPHEROID[\"CGCS2000\",6378137,298.257222101]", string unit = "UNIT[\"metre\",1]")
        => $"PROJCS[\"City\",GEOGCS[\"G\",DATUM[\"D\",{spheroid}],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
            + $"PARAMETER[\"latitude_of_origin\",{latitude}],PARAMETER[\"central_meridian\",{meridian}],PARAMETER[\"scale_factor\",{scale}],"
            + $"PARAMETER[\"false_easting\",{east}],PARAMETER[\"false_northing\",{north}],{unit}]";
}
