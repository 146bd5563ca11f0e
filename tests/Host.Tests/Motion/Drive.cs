using System.Net.Http.Json;
using Vantage.Geo;

namespace Vantage.Host.Tests.Motion;

/// <summary>What a unit reports: it rests, and goes east.</summary>
internal sealed class Drive(string unit, DateTimeOffset start)
{
    private static readonly LatLng Home = LatLng.Trusted(31.22, 121.42);

    private readonly List<Report> _reports = [];
    private double _east;

    public DateTimeOffset Now { get; private set; } = start;

    public IReadOnlyList<Report> Reports => _reports;

    public Drive Fix(double? speed = null, double? accuracy = null)
    {
        var place = GreatCircle.Destination(Home, 90, _east);
        _reports.Add(new Report(unit, Now, place.Longitude, place.Latitude, speed, accuracy));
        return this;
    }

    public Drive By(double metres, double seconds)
    {
        _east += metres;
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public Drive Rest(double minutes)
    {
        for (var i = 0; i < minutes * 6; i++)
        {
            By(0, 10).Fix();
        }

        return this;
    }

    /// <summary>At 10 m/s.</summary>
    public Drive Go(double metres)
    {
        for (var gone = 0; gone < metres; gone += 100)
        {
            By(100, 10).Fix(speed: 10);
        }

        return this;
    }

    internal sealed record Report(string Unit, DateTimeOffset Time, double Lon, double Lat, double? Speed, double? Accuracy);
}

internal static class DriveExtensions
{
    /// <summary>Posts reports, and gives the watermark.</summary>
    public static async Task<string> PostAsync(this HttpClient client, IEnumerable<Drive.Report> reports)
    {
        var list = reports.ToList();
        using var answer = await client.PostAsJsonAsync("/api/positions", list);
        var json = await answer.JsonAsync();
        Assert.Equal((list.Count, 0), ((int)json["accepted"]!, json["rejected"]!.AsArray().Count));
        return answer.Headers.GetValues("Vantage-Watermark").Single();
    }
}
