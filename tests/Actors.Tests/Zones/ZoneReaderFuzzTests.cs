using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vantage.Actors.Zones;
using Vantage.Support;

namespace Vantage.Actors.Tests.Zones;

/// <summary>No feature makes the reader throw, take long, or take much memory; and what it refuses it explains.</summary>
public class ZoneReaderFuzzTests
{
    /// <summary>Far above what the largest input takes, and far below what anything worse than n log n would.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly byte[][] Seeds =
    [
        """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121.41,31.21],[121.43,31.21],[121.43,31.23],[121.41,31.21]],[[121.42,31.212],[121.422,31.212],[121.422,31.214],[121.42,31.212]]]},"properties":{"name":"夜市","kind":"night-market","level":"critical","timeZone":"Asia/Shanghai","effectiveFrom":"2025-11-01T00:00:00.000Z","accuracy":"respect","hysteresis":{"metres":12.5,"fixes":3},"rules":[{"key":"a","type":"dwell","after":1.5,"units":["vehicle/*","squad/天山","vehicle/沪A12345"],"schedule":"Sat 22:00-02:00","cooldown":60},{"key":"b","type":"speed","above":8.3},{"key":"c","type":"gathering","count":5,"after":60}]}}"""u8.ToArray(),
        """{"type":"Feature","geometry":{"type":"Point","coordinates":[121.42,31.22,5]},"properties":{"radius":150,"name":"圆","rules":[{"key":"d","type":"absence","count":1,"after":0,"units":["officer/0132"]}]}}"""u8.ToArray(),
        """{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]]],[[[2,2],[3,2],[3,3],[2,2]]]]},"properties":null}"""u8.ToArray(),
    ];

    [Fact(DisplayName = "Any feature, however damaged, is read or refused with a reason, in bounded time and memory")]
    public void Damaged() => Fuzz.ForEach(10_000, random => ReadOrExplain(Fuzz.MutateJson(random, Seeds[random.Next(Seeds.Length)])));

    [Fact(DisplayName = "Any rings, of one position to thousands, crossing, far away or none, are read or refused with a reason")]
    public void Rings() => Fuzz.ForEach(3_000, random => ReadOrExplain(Feature(RandomRings(random))));

    [Theory(DisplayName = "The largest shape, of the worst form, is read or refused in bounded time and memory")]
    [InlineData("circle")]
    [InlineData("comb")]
    [InlineData("leaningComb")]
    [InlineData("star")]
    [InlineData("zigzag")]
    [InlineData("samePlace")]
    [InlineData("fan")]
    [InlineData("manyRings")]
    public void Giants(string form) => ReadOrExplain(Feature(Giant(form)));

    [Fact(DisplayName = "A feature with a million wrong members is refused with a list that a person may still read")]
    public void Many_errors()
    {
        var members = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"x{i}\":0"));
        var rules = string.Join(',', Enumerable.Repeat("7", 100));
        var reading = Read(Encoding.UTF8.GetBytes($$$"""{"type":"Feature","geometry":7,"properties":{"rules":[{{{rules}}}],{{{members}}} } }"""));

        Assert.InRange(reading.Errors.Count, 1, 400);
        Assert.All(reading.Errors, error => Assert.True(error.Path.Length + (error.Value?.Length ?? 0) < 400));
    }

    [Fact(DisplayName = "A name or value of a megabyte is not told back in full")]
    public void Long_names()
    {
        var large = new string('x', 1 << 20);
        var reading = Read(Encoding.UTF8.GetBytes($$$"""{"type":"Feature","geometry":{"type":"{{{large}}}"},"properties":{"{{{large}}}":0,"rules":[{"key":"a","type":"enter","units":["{{{large}}}"]}]}}"""));

        Assert.Contains(reading.Errors, error => error.Path.StartsWith("properties.xxx", StringComparison.Ordinal));
        Assert.Contains(reading.Errors, error => error.Path == "properties.rules[0].units");
        Assert.All(reading.Errors, error => Assert.True(error.Path.Length + (error.Value?.Length ?? 0) < 400));
    }

    private static void ReadOrExplain(byte[] feature)
    {
        var reading = Read(feature);
        Assert.True(reading.Version is null == reading.Errors.Count > 0, "Neither a version nor an error, or both.");
        Assert.All(reading.Errors, error => Assert.False(string.IsNullOrWhiteSpace(error.Reason)));
        if (reading.Version is { } version)
        {
            // What is taken is stored, and must read again at every start.
            Assert.Empty(ZoneReader.Read("z", version.FeatureJson, Now, "Asia/Shanghai").Errors);
            Assert.True(double.IsFinite(version.Shape.AreaSquareMetres));
            Assert.True(version.Shape.Contains(version.Shape.LabelPoint));
        }
    }

    private static ZoneReading Read(byte[] feature)
    {
        var text = Encoding.UTF8.GetString(feature);
        var (began, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());

        var reading = ZoneReader.Read("z", text, Now, "Asia/Shanghai");

        var (took, allocated) = (Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(took < Longest, $"{took.TotalSeconds:0.0} s for {feature.Length} bytes");
        Assert.True(allocated < 4_000_000 + 100L * feature.Length, $"{allocated} bytes for {feature.Length}");
        return reading;
    }

    private static string RandomRings(Random random)
    {
        var scale = Math.Pow(10, random.Next(-8, 3));
        var rings = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomRing(random, scale));
        return $"[{string.Join(',', rings)}]";
    }

    private static string RandomRing(Random random, double scale)
    {
        var count = random.Next(4) == 0 ? random.Next(1, 2_000) : random.Next(1, 12);
        var isOnGrid = random.Next(2) == 0; // Many touching and overlapping edges.
        var isStar = random.Next(2) == 0; // Often valid.
        var positions = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5);
            if (isStar)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * i / count);
                var radius = 0.2 + 0.3 * random.NextDouble();
                (x, y) = (radius * cos, radius * sin);
            }

            (x, y) = isOnGrid ? (Math.Round(x * 8) / 8, Math.Round(y * 8) / 8) : (x, y);
            positions.Add(Position(121 + x * scale, 31 + y * scale));
        }

        if (random.Next(5) > 0)
        {
            positions.Add(positions[0]);
        }

        return $"[{string.Join(',', positions)}]";
    }

    private static string Giant(string form)
    {
        const int Count = 99_998;
        if (form == "manyRings")
        {
            // One outer ring, and as many holes as there may be.
            var holes = Enumerable.Range(0, 33_000).Select(i => (X: 100 + i % 200 * 0.1, Y: 10 + i / 200 * 0.1))
                .Select(at => $"[{Position(at.X, at.Y)},{Position(at.X + 0.05, at.Y)},{Position(at.X, at.Y + 0.05)},{Position(at.X, at.Y)}]");
            return $"[[[90,0],[140,0],[140,50],[90,50],[90,0]],{string.Join(',', holes)}]";
        }

        var positions = Enumerable.Range(0, Count).Select(i => form switch
        {
            "circle" => Position(121 + Math.Cos(2 * Math.PI * i / Count), 31 + Math.Sin(2 * Math.PI * i / Count)),
            "comb" => i == Count - 1 ? Position(131, 20) : Position(121 + i * 1e-5, i % 2 == 0 ? 31 : 41),
            "leaningComb" => i == Count - 1 ? Position(175, 20) : Position(121 + i * 1e-5 + (i % 2 * 40), i % 2 == 0 ? 31 : 71),
            "star" => Position(121 + Math.Cos(2 * Math.PI * (i * 49_999L % Count) / Count), 31 + Math.Sin(2 * Math.PI * (i * 49_999L % Count) / Count)),
            "zigzag" => Position(121 + i % 2, 31 + i % 3 * 1e-3 + i * 1e-5),
            "samePlace" => Position(121, 31),
            "fan" => i % 2 == 0 ? Position(121, 31) : Position(122, 31 + i * 1e-5),
            _ => throw new UnreachableException(form),
        }).ToList();
        positions.Add(positions[0]);
        return $"[[{string.Join(',', positions)}]]";
    }

    private static string Position(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"[{x:R},{y:R}]");

    private static byte[] Feature(string coordinates)
        => Encoding.UTF8.GetBytes($$$"""{"type":"Feature","geometry":{"type":"Polygon","coordinates":{{{coordinates}}} },"properties":{}}""");
}
