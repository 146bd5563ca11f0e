using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Positions;
using Vantage.Devices.Json;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Support;

namespace Vantage.Devices.Tests.Json;

public class JsonPositionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 20, 30, TimeSpan.Zero);

    private readonly FakeDirectory _directory = new();

    [Theory(DisplayName = "An array and lines of the same items give the same fixes")]
    [InlineData("[{0},{1}]")]
    [InlineData("\uFEFF  [ {0} , {1} ]\n")]
    [InlineData("{0}\n{1}")]
    [InlineData("{0}\r\n\r\n  {1}\r\n")]
    public async Task Both_shapes(string shape)
    {
        var first = """{"unit":"vehicle/沪A12345","time":"2026-03-02T01:20:29.123Z","lon":121.4246,"lat":31.2205,"speed":8.3,"heading":87.04,"accuracy":5,"altitude":12.3,"more":{"is":["ignored"]}}""";
        var second = """{"lat":31.22,"lon":121.42,"time":"2026-03-02T09:20:00+08:00","unit":"officer/0132","speed":null}""";
        var result = await Read(shape.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal));

        Assert.Null(result.Error);
        Assert.Empty(result.Rejected);
        var fixes = result.Batch.Items.ToArray().Select(item => item.Fix).ToArray();
        Assert.Equal([0, 1], result.Batch.Items.ToArray().Select(item => item.Unit));
        Assert.Equal(Now.AddMilliseconds(-877).ToUnixTimeMilliseconds(), fixes[0].TimeMs);
        Assert.Equal((1214246000, 312205000, 830, 870, 50, 123), (fixes[0].LongitudeE7, fixes[0].LatitudeE7, fixes[0].SpeedHundredths, fixes[0].HeadingTenths, fixes[0].AccuracyTenths, fixes[0].AltitudeTenths));
        Assert.Equal(Now.AddSeconds(-30).ToUnixTimeMilliseconds(), fixes[1].TimeMs);
        Assert.Equal((null, null, null, null), (fixes[1].Speed, fixes[1].Heading, fixes[1].Accuracy, fixes[1].Altitude));
        Assert.Equal(ReportSource.Api, fixes[1].Source);
    }

    [Fact(DisplayName = "Each coordinate system of the contract is read by its name")]
    public async Task Coordinate_systems()
    {
        Assert.True(LatLng.TryCreate(31.22, 121.42, out var given));
        var systems = Enum.GetValues<CoordinateSystem>();
        var result = await Read($"[{string.Join(',', systems.Select(system => Item("crs", $"\"{CoordinateSystems.NameOf(system)}\"")))}]");

        Assert.Empty(result.Rejected);
        foreach (var (system, item) in systems.Zip(result.Batch.Items.ToArray()))
        {
            Assert.Equal(CoordinateSystems.ToWgs84(given, system).Longitude, item.Fix.LongitudeE7 / 1e7, 5e-8);
        }
    }

    [Theory(DisplayName = "A wrong item is refused with the field and the reason, and the others are taken")]
    [InlineData("lat", "90.0000001", "lat")]
    [InlineData("lat", "-91", "lat")]
    [InlineData("lat", "\"31\"", "lat")]
    [InlineData("lat", "1e999", "lat")]
    [InlineData("lat", "null", "lat")]
    [InlineData("lat", null, "lat")]
    [InlineData("lon", "180.0000001", "lon")]
    [InlineData("lon", "[1]", "lon")]
    [InlineData("time", "\"2026-03-02T01:20:30\"", "time")]
    [InlineData("time", "\"yesterday\"", "time")]
    [InlineData("time", "1772414430", "time")]
    [InlineData("time", "\"2026-03-02T01:25:30.001Z\"", "time")]
    [InlineData("time", "\"1989-12-31T23:59:59Z\"", "time")]
    [InlineData("time", null, "time")]
    [InlineData("unit", "\"zone/park\"", "unit")]
    [InlineData("unit", "\"vehicle/\"", "unit")]
    [InlineData("unit", "\"A1\"", "unit")]
    [InlineData("unit", "7", "unit")]
    [InlineData("unit", "\"\\ud800\"", "unit")]
    [InlineData("unit", null, "unit")]
    [InlineData("speed", "-0.1", "speed")]
    [InlineData("speed", "true", "speed")]
    [InlineData("heading", "361", "heading")]
    [InlineData("accuracy", "-1", "accuracy")]
    [InlineData("altitude", "1e9", "altitude")]
    [InlineData("crs", "\"wgs72\"", "crs")]
    [InlineData("crs", "{}", "crs")]
    public async Task Wrong_items(string field, string? value, string expected)
    {
        var result = await Read($"[{Item()},{Item(field, value)},{Item()}]");

        Assert.Null(result.Error);
        var rejection = Assert.Single(result.Rejected);
        Assert.Equal((1, expected), (rejection.Index, rejection.Field));
        Assert.NotEmpty(rejection.Reason);
        Assert.Equal(2, result.Batch.Count);
    }

    [Theory(DisplayName = "Items that are no objects are refused alone")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[1,[2]]")]
    public async Task Not_objects(string item)
    {
        var result = await Read($"[{item},{Item()}]");
        Assert.Equal((0, ""), (Assert.Single(result.Rejected).Index, result.Rejected[0].Field));
        Assert.Equal(1, result.Batch.Count);
    }

    [Fact(DisplayName = "0/0 is refused as a position, and limits themselves are accepted")]
    public async Task Limits()
    {
        var items = new[] { ("lat", "90"), ("lat", "-90"), ("lon", "180"), ("lon", "-180"), ("heading", "360"), ("time", "\"2026-03-02T01:25:30.000Z\"") };
        var result = await Read($"[{string.Join(',', items.Select(item => Item(item.Item1, item.Item2)))}]");
        Assert.Empty(result.Rejected);

        result = await Read($"[{Item("lat", "0").Replace("121.42", "0", StringComparison.Ordinal)}]");
        Assert.Equal("position", Assert.Single(result.Rejected).Field);
    }

    [Fact(DisplayName = "An unknown unit is refused when registration is closed")]
    public async Task Closed_registration()
    {
        var closed = new FakeDirectory(isOpen: false);
        var result = await Read($"[{Item()}]", directory: closed);
        Assert.Equal("unit", Assert.Single(result.Rejected).Field);
    }

    [Theory(DisplayName = "An array that is no JSON is refused as a whole, with the item and the byte")]
    [InlineData("""[{"unit":"vehicle/A1",}]""", 0)]
    [InlineData("""[{}""", 1)]
    [InlineData("""[{},{""", 1)]
    [InlineData("""[{} {}]""", 1)]
    [InlineData("""[{}] x""", 1)]
    [InlineData("""["a""", 0)]
    public async Task Broken_arrays(string body, int index)
    {
        var result = await Read(body);
        Assert.Equal(JsonPositionsFault.Malformed, result.Error!.Fault);
        Assert.Equal(index, result.Error.Index);
        Assert.InRange(result.Error.BytePosition, 0, body.Length);
        Assert.Equal(0, result.Batch.Count);
    }

    [Theory(DisplayName = "A body that is neither an array nor lines is refused")]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("null")]
    [InlineData("lat=1")]
    public async Task Other_bodies(string body)
        => Assert.Equal(JsonPositionsFault.Malformed, (await Read(body)).Error!.Fault);

    [Fact(DisplayName = "An empty array is a body of nothing")]
    public async Task Empty_array()
    {
        var result = await Read("[]");
        Assert.Null(result.Error);
        Assert.Equal(0, result.Batch.Count);
    }

    [Fact(DisplayName = "A bad line is refused alone, with its number and its byte")]
    public async Task Bad_lines()
    {
        var result = await Read($"{Item()}\n{{\"unit\":oops}}\n{Item()}\n{Item()} trailing\n{Item()}");
        Assert.Null(result.Error);
        Assert.Equal([1, 3], result.Rejected.Select(rejection => rejection.Index));
        Assert.Contains("byte 9 of the line", result.Rejected[0].Reason, StringComparison.Ordinal);
        Assert.Equal(3, result.Batch.Count);
    }

    [Fact(DisplayName = "Items, bytes and the size of an item are bounded, exactly")]
    public async Task Bounds()
    {
        var options = new JsonPositionsOptions { MaxItems = 3, MaxItemBytes = 200, MaxBytes = 1000 };
        Assert.Null((await Read($"[{Item()},{Item()},{Item()}]", options)).Error);
        Assert.Equal(JsonPositionsFault.TooManyItems, (await Read($"[{Item()},{Item()},{Item()},{Item()}]", options)).Error!.Fault);
        Assert.Equal(JsonPositionsFault.TooManyItems, (await Read($"{Item()}\n{Item()}\n{Item()}\n{Item()}", options)).Error!.Fault);
        Assert.Equal(JsonPositionsFault.TooLarge, (await Read("[" + new string(' ', 1000), options)).Error!.Fault);
        Assert.Equal(JsonPositionsFault.TooLarge, (await Read("[{\"x\":\"" + new string('x', 300) + "\"}]", options, pieces: 50)).Error!.Fault);

        var lines = await Read($"{Item()}\n{{\"x\":\"{new string('x', 300)}\"}}\n{Item()}", options, pieces: 50);
        Assert.Null(lines.Error);
        Assert.Equal(1, Assert.Single(lines.Rejected).Index);
        Assert.Equal(2, lines.Batch.Count);
    }

    [Fact(DisplayName = "A body gives the same however it is cut into pieces")]
    public void Pieces()
        => Prop.ForAll(
            (from isArray in Gen.Elements(true, false)
             from count in Gen.Choose(1, 8)
             from piece in Gen.Choose(1, 60)
             select (isArray, count, piece)).ToArbitrary(),
            given =>
            {
                var items = Enumerable.Range(0, given.count)
                    .Select(i => i % 3 == 1 ? Item("lat", "91") : Item("unit", $"\"vehicle/沪{i}\"")).ToArray();
                var body = given.isArray ? $"[{string.Join(", ", items)}]" : string.Join("\n", items);
                var whole = Read(body).GetAwaiter().GetResult();
                var cut = Read(body, pieces: given.piece).GetAwaiter().GetResult();
                return whole.Error is null && cut.Error is null && whole.Batch.Count + whole.Rejected.Count == given.count
                    && cut.Rejected.SequenceEqual(whole.Rejected)
                    && cut.Batch.Items.ToArray().Select(item => (item.Unit, item.Fix)).SequenceEqual(whole.Batch.Items.ToArray().Select(item => (item.Unit, item.Fix)));
            }).QuickCheckThrowOnFailure();

    [Fact(DisplayName = "No body makes the reader throw")]
    public void Survives_any_body()
    {
        var random = new Random(7946);
        byte[][] seeds = [Encoding.UTF8.GetBytes($"[{Item()},{Item("crs", "\"gcj02x\"")}]"), Encoding.UTF8.GetBytes($"{Item()}\n{Item("unit", "\"a\\u00e9\"")}\n")];
        for (var i = 0; i < Fuzz.Inputs(10_000); i++)
        {
            var body = Fuzz.Mutate(random, seeds[i % 2]);
            var parser = new JsonPositionsParser(new(), new(), _directory, new ManualTime(Now), Metrics);
            var cut = random.Next(body.Length + 1);
            var rest = new ReadOnlySequence<byte>(body).Slice(parser.Parse(new ReadOnlySequence<byte>(body, 0, cut), false) is var position ? position.GetInteger() : 0);
            parser.Parse(rest, true);
        }
    }

    private static readonly DeviceMetrics Metrics = new();

    private static string Item(string field = "", string? value = "")
    {
        Dictionary<string, string> fields = new()
        {
            ["unit"] = "\"vehicle/A1\"",
            ["time"] = "\"2026-03-02T01:20:29Z\"",
            ["lon"] = "121.42",
            ["lat"] = "31.22",
        };
        if (value is null)
        {
            fields.Remove(field);
        }
        else if (field.Length > 0)
        {
            fields[field] = value;
        }

        return $"{{{string.Join(',', fields.Select(pair => string.Create(CultureInfo.InvariantCulture, $"\"{pair.Key}\":{pair.Value}")))}}}";
    }

    private async Task<JsonPositionsResult> Read(
        string body, JsonPositionsOptions? options = null, int pieces = int.MaxValue, FakeDirectory? directory = null)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16));
        var reader = new JsonPositions(options ?? new(), new GateOptions(), directory ?? _directory, new ManualTime(Now), Metrics);
        var reading = reader.ReadAsync(pipe.Reader);
        foreach (var piece in Encoding.UTF8.GetBytes(body).Chunk(pieces))
        {
            await pipe.Writer.WriteAsync(piece);
        }

        await pipe.Writer.CompleteAsync();
        return await reading;
    }
}
