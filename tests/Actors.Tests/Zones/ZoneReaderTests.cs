using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Zones;

public class ZoneReaderTests
{
    private const string Square = """{"type":"Polygon","coordinates":[[[121,31],[122,31],[122,32],[121,32],[121,31]]]}""";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "A zone with everything reads as it was put")]
    public void Everything()
    {
        var zone = Read(Square, """
            "name":"夜市","kind":"night-market","level":"critical","timeZone":"Europe/Berlin","effectiveFrom":"2025-11-01T00:00:00.000Z",
            "accuracy":"respect","hysteresis":{"metres":12.5,"fixes":3},
            "rules":[{"key":"a","type":"dwell","after":1.5,"units":["vehicle/*"],"schedule":"Sat 22:00-02:00","cooldown":60},
                     {"key":"b","type":"speed","above":8.3},{"key":"c","type":"gathering","count":5,"after":60},
                     {"key":"d","type":"absence","count":1,"after":0},{"key":"e","type":"enter"},{"key":"f","type":"exit"}]
            """).Version!;

        Assert.Equal(("夜市", "night-market", "critical", "Europe/Berlin"), (zone.Name, zone.Kind, zone.Level, zone.TimeZone));
        Assert.Equal((true, 12.5, 3, true), (zone.RespectsAccuracy, zone.HysteresisMetres, zone.HysteresisFixes, zone.HasGroupRules));
        Assert.Equal(new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), zone.FromMs);
        Assert.Equal(["dwell", "speed", "gathering", "absence", "enter", "exit"], zone.Rules.Select(rule => rule.TypeName));
        Assert.Equal((1_500, 60_000, "Sat 22:00-02:00", false), (zone.Rules[0].AfterMs, zone.Rules[0].CooldownMs, zone.Rules[0].Schedule.Text, zone.Rules[0].Units.IsAll));
        Assert.Equal((8.3, 5, 60_000), (zone.Rules[1].Above, zone.Rules[2].Count, zone.Rules[2].AfterMs));
        Assert.Equal("b", Assert.Single(zone.SpeedRules).Key);
    }

    [Fact(DisplayName = "What is left out has its default")]
    public void Defaults()
    {
        var zone = Read(Square, "").Version!;
        Assert.Equal(("z", null, "warning", "Asia/Shanghai"), (zone.Name, zone.Kind, zone.Level, zone.TimeZone));
        Assert.Equal((false, 0, 1, false), (zone.RespectsAccuracy, zone.HysteresisMetres, zone.HysteresisFixes, zone.HasGroupRules));
        Assert.Equal(Now.ToUnixTimeMilliseconds(), zone.FromMs);
        Assert.Empty(zone.Rules);
        var rule = Read(Square, """ "rules":[{"key":"a","type":"enter"}] """).Version!.Rules[0];
        Assert.True(rule is { Units.IsAll: true, Schedule.IsAlways: true, CooldownMs: 0 });
    }

    [Theory(DisplayName = "Schedules are read in the zone's time zone; where it names none, in the one given")]
    [InlineData("", "Europe/Berlin", "2026-01-05T07:00:00Z")]
    [InlineData("", "Asia/Shanghai", "2026-01-05T00:00:00Z")]
    [InlineData(""" "timeZone":"America/New_York", """, "Europe/Berlin", "2026-01-05T13:00:00Z")]
    public void Time_zones(string named, string given, string opens)
    {
        var feature = $$"""{"type":"Feature","geometry":{{Square}},"properties":{ {{named}} "rules":[{"key":"a","type":"enter","schedule":"Mon 08:00-09:00"}] } }""";
        var schedule = ZoneReader.Read("z", feature, Now, given).Version!.Rules[0].Schedule;

        var opensMs = DateTimeOffset.Parse(opens, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.True(schedule.Contains(opensMs));
        Assert.False(schedule.Contains(opensMs - 1));
    }

    [Fact(DisplayName = "A time zone that does not exist is refused also when it is the one given")]
    public void No_such_time_zone()
        => Assert.Equal("properties.timeZone", Assert.Single(ZoneReader.Read("z", $$"""{"type":"Feature","geometry":{{Square}} }""", Now, "Asia/Atlantis").Errors).Path);

    [Theory(DisplayName = "What is wrong with a property is refused by its JSON path")]
    [InlineData(""" "colour":"red" """, "properties.colour")]
    [InlineData(""" "name":"" """, "properties.name")]
    [InlineData(""" "name":7 """, "properties.name")]
    [InlineData(""" "name":"a\r\nb" """, "properties.name")]
    [InlineData(""" "kind":[] """, "properties.kind")]
    [InlineData(""" "level":"loud" """, "properties.level")]
    [InlineData(""" "timeZone":"Asia/Atlantis" """, "properties.timeZone")]
    [InlineData(""" "effectiveFrom":"tomorrow" """, "properties.effectiveFrom")]
    [InlineData(""" "effectiveFrom":5 """, "properties.effectiveFrom")]
    [InlineData(""" "accuracy":"guess" """, "properties.accuracy")]
    [InlineData(""" "hysteresis":5 """, "properties.hysteresis")]
    [InlineData(""" "hysteresis":{"seconds":5} """, "properties.hysteresis.seconds")]
    [InlineData(""" "hysteresis":{"metres":-1} """, "properties.hysteresis.metres")]
    [InlineData(""" "hysteresis":{"metres":10000.1} """, "properties.hysteresis.metres")]
    [InlineData(""" "hysteresis":{"fixes":0} """, "properties.hysteresis.fixes")]
    [InlineData(""" "hysteresis":{"fixes":1.5} """, "properties.hysteresis.fixes")]
    [InlineData(""" "hysteresis":{"fixes":21} """, "properties.hysteresis.fixes")]
    [InlineData(""" "radius":5 """, "properties.radius")]
    [InlineData(""" "rules":{} """, "properties.rules")]
    [InlineData(""" "rules":[7] """, "properties.rules[0]")]
    [InlineData(""" "rules":[{"type":"enter"}] """, "properties.rules[0].key")]
    [InlineData(""" "rules":[{"key":"a"}] """, "properties.rules[0].type")]
    [InlineData(""" "rules":[{"key":"a","type":"loiter"}] """, "properties.rules[0].type")]
    [InlineData(""" "rules":[{"key":"a","type":"enter"},{"key":"a","type":"exit"}] """, "properties.rules[1].key")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","colour":"red"}] """, "properties.rules[0].colour")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","after":5}] """, "properties.rules[0].after")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","above":5}] """, "properties.rules[0].above")]
    [InlineData(""" "rules":[{"key":"a","type":"speed","above":5,"count":2}] """, "properties.rules[0].count")]
    [InlineData(""" "rules":[{"key":"a","type":"dwell"}] """, "properties.rules[0].after")]
    [InlineData(""" "rules":[{"key":"a","type":"dwell","after":-1}] """, "properties.rules[0].after")]
    [InlineData(""" "rules":[{"key":"a","type":"dwell","after":31536000.1}] """, "properties.rules[0].after")]
    [InlineData(""" "rules":[{"key":"a","type":"speed"}] """, "properties.rules[0].above")]
    [InlineData(""" "rules":[{"key":"a","type":"speed","above":"8"}] """, "properties.rules[0].above")]
    [InlineData(""" "rules":[{"key":"a","type":"gathering","after":5}] """, "properties.rules[0].count")]
    [InlineData(""" "rules":[{"key":"a","type":"gathering","count":0,"after":5}] """, "properties.rules[0].count")]
    [InlineData(""" "rules":[{"key":"a","type":"absence","count":1}] """, "properties.rules[0].after")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","cooldown":-1}] """, "properties.rules[0].cooldown")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","schedule":"sometimes"}] """, "properties.rules[0].schedule")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","units":[]}] """, "properties.rules[0].units")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","units":"vehicle/*"}] """, "properties.rules[0].units")]
    [InlineData(""" "rules":[{"key":"a","type":"enter","units":["tank/*"]}] """, "properties.rules[0].units")]
    public void Refused(string properties, string path)
    {
        var reading = Read(Square, properties);
        Assert.Null(reading.Version);
        var error = Assert.Single(reading.Errors);
        Assert.Equal(path, error.Path);
        Assert.NotEmpty(error.Reason);
    }

    [Theory(DisplayName = "What is wrong with a geometry is refused by its JSON path")]
    [InlineData("null", "", "geometry")]
    [InlineData("""{"type":"LineString","coordinates":[]}""", "", "geometry.type")]
    [InlineData("""{"type":"Polygon"}""", "", "geometry.coordinates")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121,31],[122,31],[121,31]]]}""", "", "geometry.coordinates[0]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121,31],[122,31],[122,32],[121,32]]]}""", "", "geometry.coordinates[0][3]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121,31],[181,31],[122,32],[121,31]]]}""", "", "geometry.coordinates[0][1][0]")]
    [InlineData("""{"type":"Point","coordinates":[121,31]}""", "", "properties.radius")]
    [InlineData("""{"type":"Point","coordinates":[121,31]}""", """ "radius":0 """, "properties.radius")]
    [InlineData("""{"type":"Point","coordinates":[121,91]}""", """ "radius":5 """, "geometry.coordinates[1]")]
    public void Refused_geometry(string geometry, string properties, string path)
        => Assert.Equal(path, Assert.Single(Read(geometry, properties).Errors).Path);

    [Fact(DisplayName = "A ring that crosses itself is refused where it does")]
    public void Bow_tie()
    {
        var error = Read("""{"type":"Polygon","coordinates":[[[121,31],[122,32],[122,31],[121,32],[121,31]]]}""", "").Errors[0];
        Assert.StartsWith("geometry.coordinates[0][", error.Path, StringComparison.Ordinal);
        Assert.Contains("121.5", error.Reason, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Everything that is wrong is said at once")]
    public void All_at_once() => Assert.Equal(
        ["geometry.type", "properties.colour", "properties.level", "properties.rules[0].after", "properties.rules[1].type"],
        Read("""{"type":"Line","coordinates":[]}""", """ "colour":1,"level":2,"rules":[{"key":"a","type":"dwell"},{"key":"b","type":"x"}] """)
            .Errors.Select(error => error.Path).Order(StringComparer.Ordinal));

    [Theory(DisplayName = "What is no feature, or no JSON, is refused and never thrown")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""")]
    public void No_feature(string text) => Assert.Single(ZoneReader.Read("z", text, Now, "Asia/Shanghai").Errors);

    [Fact(DisplayName = "At most a hundred rules")]
    public void Many_rules()
    {
        string Rules(int count) => $"\"rules\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"key":"{{i}}","type":"enter"}"""))}]";
        Assert.NotNull(Read(Square, Rules(100)).Version);
        Assert.Equal("properties.rules", Assert.Single(Read(Square, Rules(101)).Errors).Path);
    }

    [Theory(DisplayName = "[RULE-7] a filter is of ids, kinds of units and squads")]
    [InlineData("vehicle/*", true)]
    [InlineData("officer/0132", true)]
    [InlineData("squad/tianshan", true)]
    [InlineData("squad/*", false)]
    [InlineData("camera/*", false)]
    [InlineData("camera/1", false)]
    [InlineData("*", false)]
    [InlineData("vehicle", false)]
    [InlineData("vehicle/", false)]
    public void Filters(string text, bool isOne)
    {
        Assert.Equal(isOne, UnitFilter.TryParse(["drone/1", text], out var filter, out var wrong));
        Assert.Equal(isOne ? null : text, wrong);
        Assert.Equal(isOne, isOne && !filter.IsAll);
    }

    private static ZoneReading Read(string geometry, string properties)
        => ZoneReader.Read("z", $$"""{"type":"Feature","geometry":{{geometry}},"properties":{ {{properties}} } }""", Now, "Asia/Shanghai");
}
