using Vantage.Actors.Positions;
using Vantage.Geo;
using Vantage.Geo.Crs;

namespace Vantage.Actors.Tests.Positions;

public class GateTests
{
    private const long Now = 1_780_000_000_000;
    private const long Year1990 = 631_152_000_000;

    [Theory(DisplayName = "[GATE-1] no fix, and exactly 0/0, are refused")]
    [InlineData(121.4, 31.2, true, Refusal.NoFix)]
    [InlineData(0, 0, false, Refusal.NullIsland)]
    [InlineData(-0.0, 0, false, Refusal.NullIsland)]
    [InlineData(0.000_000_1, 0, false, Refusal.None)]
    [InlineData(0, -0.000_000_1, false, Refusal.None)]
    public void Positions_that_are_none(double longitude, double latitude, bool hasNoFix, Refusal expected)
        => Assert.Equal(expected, Accept(At(longitude, latitude) with { HasNoFix = hasNoFix }));

    [Theory(DisplayName = "[GATE-2] coordinates out of range and what is no number are refused, and the field is named")]
    [InlineData(180, 90, Refusal.None, "")]
    [InlineData(-180, -90, Refusal.None, "")]
    [InlineData(180.000_000_1, 31, Refusal.LongitudeOutOfRange, "lon")]
    [InlineData(-180.000_000_1, 31, Refusal.LongitudeOutOfRange, "lon")]
    [InlineData(double.NaN, 31, Refusal.LongitudeOutOfRange, "lon")]
    [InlineData(double.PositiveInfinity, 31, Refusal.LongitudeOutOfRange, "lon")]
    [InlineData(121, 90.000_000_1, Refusal.LatitudeOutOfRange, "lat")]
    [InlineData(121, -90.000_000_1, Refusal.LatitudeOutOfRange, "lat")]
    [InlineData(121, double.NaN, Refusal.LatitudeOutOfRange, "lat")]
    public void Coordinates_out_of_range(double longitude, double latitude, Refusal expected, string field)
    {
        Assert.Equal(expected, Accept(At(longitude, latitude)));
        Assert.Equal(field, Gate.FieldOf(expected));
    }

    [Theory(DisplayName = "[GATE-3] five minutes ahead are let in, a millisecond more is not")]
    [InlineData(299_999, Refusal.None)]
    [InlineData(300_000, Refusal.None)]
    [InlineData(300_001, Refusal.TimeInFuture)]
    public void The_future(long aheadMs, Refusal expected) => Assert.Equal(expected, Accept(At(timeMs: Now + aheadMs)));

    [Theory(DisplayName = "[GATE-4] without a horizon any age since 1990 is accepted")]
    [InlineData(Year1990, Refusal.None)]
    [InlineData(Year1990 - 1, Refusal.TimeTooOld)]
    [InlineData(0, Refusal.TimeTooOld)]
    [InlineData(long.MinValue, Refusal.TimeTooOld)]
    public void The_past(long timeMs, Refusal expected) => Assert.Equal(expected, Accept(At(timeMs: timeMs)));

    [Theory(DisplayName = "[GATE-4] with a horizon what is older is refused")]
    [InlineData(-3_600_000, Refusal.None)]
    [InlineData(-3_600_001, Refusal.TimeTooOld)]
    public void The_horizon(long offsetMs, Refusal expected)
        => Assert.Equal(expected, Accept(At(timeMs: Now + offsetMs), new GateOptions { Horizon = TimeSpan.FromHours(1) }));

    [Theory(DisplayName = "[GATE-5] optional values out of their ranges are refused")]
    [InlineData(0, 0, -100_000, 0, Refusal.None)]
    [InlineData(1_000, 360, 100_000, 1_000_000, Refusal.None)]
    [InlineData(double.NaN, double.NaN, double.NaN, double.NaN, Refusal.None)]
    [InlineData(-0.01, 0, 0, 0, Refusal.SpeedOutOfRange)]
    [InlineData(1_000.01, 0, 0, 0, Refusal.SpeedOutOfRange)]
    [InlineData(double.PositiveInfinity, 0, 0, 0, Refusal.SpeedOutOfRange)]
    [InlineData(0, -0.1, 0, 0, Refusal.HeadingOutOfRange)]
    [InlineData(0, 360.1, 0, 0, Refusal.HeadingOutOfRange)]
    [InlineData(0, 0, 100_000.1, 0, Refusal.AltitudeOutOfRange)]
    [InlineData(0, 0, -100_000.1, 0, Refusal.AltitudeOutOfRange)]
    [InlineData(0, 0, 0, -0.1, Refusal.AccuracyOutOfRange)]
    [InlineData(0, 0, 0, 1_000_000.1, Refusal.AccuracyOutOfRange)]
    public void Optional_values(double speed, double heading, double altitude, double accuracy, Refusal expected)
        => Assert.Equal(expected, Accept(At() with { Speed = speed, Heading = heading, Altitude = altitude, Accuracy = accuracy }));

    [Fact(DisplayName = "[GATE-6] everything is quantised once")]
    public void Quantised()
    {
        var report = At(121.123_456_74, 31.765_432_16) with { Speed = 8.336, Heading = 12.34, Altitude = -3.27, Accuracy = 9.96 };

        Assert.Equal(Refusal.None, Gate.TryAccept(in report, Now, new GateOptions(), out var fix));

        Assert.Equal((1_211_234_567, 317_654_322), (fix.LongitudeE7, fix.LatitudeE7));
        Assert.Equal((8.34, 12.3, -3.3, 10.0), (fix.Speed, fix.Heading, fix.Altitude, fix.Accuracy));
        Assert.Equal((report.TimeMs, Now), (fix.TimeMs, fix.ReceivedAtMs));
    }

    [Theory(DisplayName = "[GATE-6] heading 360 is 0, and what rounds to it too")]
    [InlineData(360, 0)]
    [InlineData(359.96, 0)]
    [InlineData(359.94, 359.9)]
    public void Headings(double heading, double expected)
    {
        Assert.Equal(Refusal.None, Gate.TryAccept(At() with { Heading = heading }, Now, new GateOptions(), out var fix));
        Assert.Equal(expected, fix.Heading);
    }

    [Theory(DisplayName = "[GATE-6] Chinese map coordinates become WGS-84 before they are quantised")]
    [InlineData(CoordinateSystem.Gcj02)]
    [InlineData(CoordinateSystem.Bd09)]
    public void Coordinate_systems(CoordinateSystem system)
    {
        Assert.True(LatLng.TryCreate(31.2, 121.4, out var truth));
        var shown = CoordinateSystems.FromWgs84(truth, system);

        Assert.Equal(
            Refusal.None, Gate.TryAccept(At(shown.Longitude, shown.Latitude) with { Crs = system }, Now, new GateOptions(), out var fix));

        Assert.NotEqual(truth.Longitude, shown.Longitude, 1e-4);
        Assert.InRange(fix.LongitudeE7, 1_213_999_999, 1_214_000_001);
        Assert.InRange(fix.LatitudeE7, 311_999_999, 312_000_001);
    }

    [Fact(DisplayName = "Every refusal has a field and a sentence for the sender")]
    public void Every_refusal_speaks()
        => Assert.All(Enum.GetValues<Refusal>().Where(refusal => refusal != Refusal.None), refusal => Assert.NotEmpty(Gate.ReasonOf(refusal)));

    private static PositionReport At(double longitude = 121.4, double latitude = 31.2, long timeMs = Now)
        => PositionReport.At(timeMs, longitude, latitude, ReportSource.Api);

    private static Refusal Accept(PositionReport report, GateOptions? options = null)
        => Gate.TryAccept(in report, Now, options ?? new GateOptions(), out _);
}
