using System.Text;
using Vantage.Actors.Positions;
using Vantage.Devices.OsmAnd;
using Vantage.Support;

namespace Vantage.Devices.Tests.OsmAnd;

public class OsmAndTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 20, 30, TimeSpan.Zero);
    private static readonly long NowMs = Now.ToUnixTimeMilliseconds();
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.CreateCustomTimeZone("+8", TimeSpan.FromHours(8), null, null);
    private static readonly OsmAndParser Parser = new(Shanghai);
    private static readonly DeviceMetrics Metrics = new();

    [Fact(DisplayName = "A query gives a report: knots become metres a second, and unknown keys are kept")]
    public void Query()
    {
        var message = One(Parser.ParseQuery("?id=phone-1&timestamp=1772414420&lat=31.2205&lon=121.4246&speed=10&bearing=87.5&altitude=12&accuracy=8&batt=64&charge=true&hdop=0.9&driverUniqueId=%E5%BC%A0%E4%B8%89", NowMs));
        var report = message.Report!.Value;

        Assert.Equal("phone-1", message.DeviceId);
        Assert.Equal((1772414420000, 31.2205, 121.4246), (report.TimeMs, report.Latitude, report.Longitude));
        Assert.Equal(5.144444, report.Speed, 6);
        Assert.Equal((87.5, 12.0, 8.0), (report.Heading, report.Altitude, report.Accuracy));
        Assert.Equal((64.0, true), (message.BatteryPercent, message.IsCharging));
        Assert.Equal(("0.9", "张三"), (message.Attributes["hdop"], message.Attributes["driverUniqueId"]));
        Assert.Equal(ReportSource.OsmAnd, report.Source);
    }

    [Theory(DisplayName = "Times come in many spellings")]
    [InlineData("1772414430", 0)]
    [InlineData("1772414430000", 0)]
    [InlineData("1772414430123", 123)]
    [InlineData("2026-03-02T01:20:30Z", 0)]
    [InlineData("2026-03-02T09:20:30.5%2B08:00", 500)]
    [InlineData("2026-03-02T01:20:30", 0)]
    [InlineData("2026-03-02%2009:20:30", 0)]
    [InlineData("2026-03-02+09:20:30", 0)]
    [InlineData("", 0)]
    public void Times(string timestamp, int offset)
        => Assert.Equal(NowMs + offset, One(Parser.ParseQuery($"id=1&lat=1&lon=2&timestamp={timestamp}", NowMs)).Report!.Value.TimeMs);

    [Theory(DisplayName = "The device and the place have several names")]
    [InlineData("id=a&lat=31.5&lon=121.5")]
    [InlineData("deviceid=a&lat=31.5&lon=121.5")]
    [InlineData("lon=121.5&lat=31.5&id=a&heading=")]
    [InlineData("id=a&location=31.5,121.5")]
    public void Names(string query)
    {
        var message = One(Parser.ParseQuery(query, NowMs));
        Assert.Equal(("a", 31.5, 121.5, NowMs), (message.DeviceId, message.Report!.Value.Latitude, message.Report.Value.Longitude, message.Report.Value.TimeMs));
    }

    [Fact(DisplayName = "Minus one is unknown; no position is state only; sos, mock and valid are flags")]
    public void Meanings()
    {
        var unknown = One(Parser.ParseQuery("id=1&lat=1&lon=2&speed=-1&bearing=-1&accuracy=-1&batt=-1", NowMs));
        Assert.True(double.IsNaN(unknown.Report!.Value.Speed) && double.IsNaN(unknown.Report.Value.Heading) && double.IsNaN(unknown.Report.Value.Accuracy));
        Assert.Null(unknown.BatteryPercent);
        Assert.Null(One(Parser.ParseQuery("id=1&batt=50", NowMs)).Report);
        var flagged = One(Parser.ParseQuery("id=1&lat=1&lon=2&alarm=sos&mock=true&valid=false", NowMs)).Report!.Value;
        Assert.Equal((FixFlags.Sos | FixFlags.Mock, true), (flagged.Flags, flagged.HasNoFix));
    }

    [Fact(DisplayName = "A form is read as a query is")]
    public void Form()
    {
        var message = One(Parser.ParseForm("id=7&lat=31.2&lon=121.4&timestamp=1772414430&speed=1.00&charge=false&batt=99.5"u8, NowMs));
        Assert.Equal(("7", 1852 / 3600.0, false), (message.DeviceId, message.Report!.Value.Speed, message.IsCharging));
    }

    [Fact(DisplayName = "Nested JSON is read in metres a second, with its own names")]
    public void Nested_json()
    {
        var message = One(Json("""
            {"device_id":"ios-1","location":{"timestamp":"2026-03-02T01:20:30.862Z","is_moving":true,"odometer":1234.5,"event":"motionchange","uuid":"u",
            "coords":{"latitude":31.2205,"longitude":121.4246,"accuracy":6.5,"speed":1.2,"heading":87,"altitude":4.4,"altitude_accuracy":-1},
            "battery":{"level":0.64,"is_charging":false},"activity":{"type":"walking","confidence":90},"mock":true,"extras":{},"alarm":"sos"}}
            """));
        var report = message.Report!.Value;

        Assert.Equal(("ios-1", NowMs + 862), (message.DeviceId, report.TimeMs));
        Assert.Equal((31.2205, 121.4246, 1.2, 87.0, 4.4, 6.5), (report.Latitude, report.Longitude, report.Speed, report.Heading, report.Altitude, report.Accuracy));
        Assert.Equal(FixFlags.Sos | FixFlags.Mock, report.Flags);
        Assert.Equal((64.0, false, "sos"), (message.BatteryPercent, message.IsCharging, message.Alarm));
        Assert.Equal(("motionchange", "walking", "true"), (message.Attributes["event"], message.Attributes["activity"], message.Attributes["is_moving"]));
    }

    [Fact(DisplayName = "In nested JSON minus one is unknown, and coordinates may be absent")]
    public void Nested_json_without()
    {
        var unknown = One(Json("""{"device_id":"1","location":{"coords":{"latitude":1,"longitude":2,"speed":-1,"heading":-1,"accuracy":-1},"battery":{"level":-1}}}"""));
        Assert.Equal(NowMs, unknown.Report!.Value.TimeMs);
        Assert.True(double.IsNaN(unknown.Report.Value.Speed) && double.IsNaN(unknown.Report.Value.Heading) && double.IsNaN(unknown.Report.Value.Accuracy));
        Assert.Null(unknown.BatteryPercent);
        Assert.Null(One(Json("""{"device_id":"1","location":{"event":"providerchange"}}""")).Report);
    }

    [Fact(DisplayName = "An array of flat objects gives a message each")]
    public void Flat_array()
    {
        var request = Json("""[{"id":"1","lat":31.1,"lon":121.1,"timestamp":1772414420,"speed":10},{"id":1,"lat":31.2,"lon":121.2,"timestamp":1772414430,"alarm":null}]""");
        Assert.Empty(request.Errors);
        Assert.Equal([31.1, 31.2], request.Messages.Select(message => message.Report!.Value.Latitude));
        Assert.Equal(5.144444, request.Messages[0].Report!.Value.Speed, 6);
    }

    [Theory(DisplayName = "What is missing or wrong is named")]
    [InlineData("lat=1&lon=2", "id")]
    [InlineData("id=1&lat=abc&lon=2", "lat")]
    [InlineData("id=1&lat=1&lon=NaN", "lon")]
    [InlineData("id=1&lat=1", "lon")]
    [InlineData("id=1&lon=1", "lat")]
    [InlineData("id=1&location=1;2", "location")]
    [InlineData("id=1&lat=1&lon=2&timestamp=soon", "timestamp")]
    [InlineData("id=1&lat=1&lon=2&timestamp=-5", "timestamp")]
    [InlineData("id=1&lat=1&lon=2&speed=fast", "speed")]
    [InlineData("id=1&lat=1&lon=2&charge=maybe", "charge")]
    public void Wrong_fields(string query, string field)
    {
        var request = Parser.ParseQuery(query, NowMs);
        Assert.Empty(request.Messages);
        Assert.Equal(field, Assert.Single(request.Errors).Field);
    }

    [Theory(DisplayName = "What is missing or wrong in JSON is named")]
    [InlineData("{", "")]
    [InlineData("7", "")]
    [InlineData("[7]", "")]
    [InlineData("""{"location":{}}""", "device_id")]
    [InlineData("""{"device_id":"1","location":{"coords":{"longitude":1}}}""", "location.coords.latitude")]
    [InlineData("""{"device_id":"1","location":{"coords":{"latitude":"x","longitude":1}}}""", "location.coords.latitude")]
    [InlineData("""{"device_id":"1","location":{"timestamp":"now","coords":{"latitude":1,"longitude":1}}}""", "location.timestamp")]
    [InlineData("""[{"id":"1","lat":"x","lon":1}]""", "lat")]
    public void Wrong_json(string body, string field)
    {
        var request = Json(body);
        Assert.Empty(request.Messages);
        Assert.Equal(field, Assert.Single(request.Errors).Field);
    }

    [Theory(DisplayName = "The format is told by type, by first byte, and by where the parameters are")]
    [InlineData("?id=1&lat=31&lon=121", null, "")]
    [InlineData("?id=1&lat=31&lon=121", "application/x-www-form-urlencoded", "id=2")]
    [InlineData("", "application/x-www-form-urlencoded", "id=1&lat=31&lon=121")]
    [InlineData(null, "application/json; charset=utf-8", "{\"id\":\"1\",\"lat\":31,\"lon\":121}")]
    [InlineData(null, null, " {\"id\":\"1\",\"lat\":31,\"lon\":121}")]
    [InlineData("?id=1&lat=31&lon=121", "application/json", "")]
    public void Formats(string? query, string? type, string body)
    {
        var message = One(Parser.Parse(query, type, Encoding.UTF8.GetBytes(body), NowMs));
        Assert.Equal(("1", 31.0, 121.0), (message.DeviceId, message.Report!.Value.Latitude, message.Report.Value.Longitude));
    }

    [Theory(DisplayName = "A request is answered 200, 400 or 404, and stored only with 200")]
    [InlineData("id=1&lat=31&lon=121", 200, 1, null)]
    [InlineData("id=1&batt=5", 200, 0, null)]
    [InlineData("lat=31&lon=121", 400, 0, "id")]
    [InlineData("id=2&lat=31&lon=121", 404, 0, "id")]
    [InlineData("id=1&lat=91&lon=121", 400, 0, "lat")]
    [InlineData("id=1&lat=31&lon=121&timestamp=1772414731", 400, 0, "time")]
    [InlineData("id=1&lat=31&lon=121&valid=false", 200, 0, "position")]
    [InlineData("id=1&lat=0&lon=0", 200, 0, "position")]
    public void Outcomes(string query, int status, int stored, string? field)
    {
        var outcome = Intake().Take(Parser.ParseQuery(query, NowMs), NowMs);
        Assert.Equal((status, stored), (outcome.Status, outcome.Batch.Count));
        Assert.Equal(field is null ? [] : [field], outcome.Errors.Select(error => error.Field));
    }

    [Fact(DisplayName = "An SOS is raised with its position, and without one")]
    public void Sos()
    {
        var withPosition = Assert.Single(Intake().Take(Parser.ParseQuery("id=1&lat=31&lon=121&alarm=sos&timestamp=1772414420", NowMs), NowMs).Alarms);
        Assert.Equal(new DeviceSos(7, 1772414420000, 121, 31, "osmand"), withPosition);
        var without = Assert.Single(Intake().Take(Parser.ParseQuery("id=1&alarm=sos", NowMs), NowMs).Alarms);
        Assert.Equal(new DeviceSos(7, NowMs, null, null, "osmand"), without);
    }

    [Fact(DisplayName = "No query and no body makes the reader throw")]
    public void Survives_any_input()
    {
        var random = new Random(5055);
        byte[][] seeds =
        [
            "id=1&lat=31.2&lon=121.4&timestamp=1772414430&speed=1&batt=5&location=1,2&x=%E5%BC"u8.ToArray(),
            """{"device_id":"1","location":{"timestamp":"2026-03-02T01:20:30Z","coords":{"latitude":1,"longitude":2},"battery":{"level":1}}}"""u8.ToArray(),
            """[{"id":"1","lat":1e3,"lon":2,"timestamp":1772414430},{"id":"\u00e9"}]"""u8.ToArray(),
        ];
        for (var i = 0; i < Fuzz.Inputs(10_000); i++)
        {
            var input = Fuzz.Mutate(random, seeds[i % 3]);
            var intake = Intake();
            intake.Take(Parser.ParseForm(input, NowMs), NowMs);
            intake.Take(Parser.ParseJson(input, NowMs), NowMs);
        }
    }

    private static OsmAndIntake Intake() => new(new GateOptions(), new FakeDirectory().Add("osmand", "1", 7), Metrics);

    private static OsmAndRequest Json(string body) => Parser.ParseJson(Encoding.UTF8.GetBytes(body), NowMs);

    private static OsmAndMessage One(OsmAndRequest request)
    {
        Assert.Empty(request.Errors);
        return Assert.Single(request.Messages);
    }
}
