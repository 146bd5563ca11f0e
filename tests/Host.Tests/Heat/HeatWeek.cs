using System.Globalization;
using System.Net.Http.Json;
using Vantage.Geo.H3;
using Vantage.Host.Settings;
using Vantage.Host.Tests.Records;

namespace Vantage.Host.Tests.Heat;

/// <summary>A host with a week of six units and of complaints near them, and what is counted of it, one by one.</summary>
/// <param name="postgres">Null: the host has a folder.</param>
public abstract class HeatWeek(OwnPostgres? postgres) : IAsyncLifetime
{
    public const string Range = "from=2026-03-02T00:00:00Z&to=2026-03-09T00:00:00Z";
    public const long HourMs = 3_600_000;

    private static readonly DateTimeOffset First = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static (string Id, string? Squad)[] Units { get; } =
    [
        ("officer/甲", "天山"), ("officer/乙", "新华"), ("officer/丙", null), ("vehicle/沪A1", "天山"), ("vehicle/沪A2", "新华"), ("drone/1", "天山"),
    ];

    public HostUnderTest Host { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    /// <summary>What every fix gave its cell and hours.</summary>
    public List<HeatPiece> Pieces { get; } = [];

    public List<(long Ms, double Lon, double Lat)> Complaints { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Host = await StartAsync();
        Admin = await Host.SignedInAsync();
        var random = new Random(20261127);
        var fixes = new List<(string Unit, long Ms, double Lon, double Lat)>();
        foreach (var (id, squad) in Units)
        {
            (await Admin.PutAsJsonAsync($"/api/units/{id}", new { name = id, squad })).EnsureSuccessStatusCode();
            fixes.AddRange(RandomTrack(id, random));
        }

        string? after = null;
        foreach (var some in fixes.OrderBy(fix => fix.Ms + (random.Next(4) == 0 ? random.Next(5_000_000) : 0)).Chunk(900))
        {
            var posted = await Admin.PostAsJsonAsync("/api/positions", some.Select(fix => new
            {
                unit = fix.Unit,
                time = DateTimeOffset.FromUnixTimeMilliseconds(fix.Ms).ToString("O"),
                lon = fix.Lon,
                lat = fix.Lat,
            }));
            posted.EnsureSuccessStatusCode();
            after = posted.Headers.GetValues("Vantage-Watermark").Single();
        }

        foreach (var track in fixes.GroupBy(fix => fix.Unit))
        {
            Count([.. track.OrderBy(fix => fix.Ms)]);
        }

        for (var i = 0; i < 400; i++)
        {
            var (ms, lon, lat) = (First.AddMinutes(random.Next(7 * 24 * 60)).ToUnixTimeMilliseconds(), 121.40 + (random.Next(200) / 10_000.0), 31.22 + (random.Next(100) / 10_000.0));
            Complaints.Add((ms, lon, lat));
        }

        var rows = Complaints.Select((row, i) => string.Create(CultureInfo.InvariantCulture, $$"""{"number":"n{{i}}","time":"{{DateTimeOffset.FromUnixTimeMilliseconds(row.Ms):O}}","lon":{{row.Lon}},"lat":{{row.Lat}},"kind":"噪声"}"""));
        Assert.Equal((401, 0, 0), (await Admin.PostRecordsAsync("complaint", $$"""[{{string.Join(',', rows)}},{"number":"x","time":"2026-03-03T00:00:00Z","address":"某处"}]""")).Counts());
        Assert.True((int)(await (await Admin.GetAsync($"/api/heatmaps/fixes?{Range}&after={after}")).JsonAsync())["total"]! > 1_000);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Host.DisposeAsync();
        postgres?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another, empty host on the same kind of storage.</summary>
    internal Task<HostUnderTest> StartAsync(Func<HostSettings, HostSettings>? configure = null)
        => HostUnderTest.StartAsync(settings => (configure?.Invoke(settings) ?? settings) with { Database = postgres?.Server.NewDatabase() });

    private static List<(string Unit, long Ms, double Lon, double Lat)> RandomTrack(string unit, Random random)
    {
        var fixes = new List<(string Unit, long Ms, double Lon, double Lat)>();
        var (ms, lon, lat) = (First.ToUnixTimeMilliseconds() - 60_000L, 121.40 + (random.Next(200) / 10_000.0), 31.22 + (random.Next(100) / 10_000.0));
        while (ms < First.AddDays(7).ToUnixTimeMilliseconds())
        {
            fixes.Add((unit, ms, Math.Round(lon, 7), Math.Round(lat, 7)));
            ms += random.Next(8) switch { 0 => random.Next(600_000, 9_000_000), 1 => 120_000, _ => random.Next(5_000, 200_000) };
            ms = random.Next(20) == 0 ? (ms + HourMs - 1) / HourMs * HourMs : ms; // On the hour.
            if (random.Next(3) > 0)
            {
                lon = Math.Clamp(lon + ((random.NextDouble() - 0.5) / 500), 121.40, 121.42);
                lat = Math.Clamp(lat + ((random.NextDouble() - 0.5) / 500), 31.22, 31.23);
            }
        }

        return fixes;
    }

    /// <summary>HEAT-1 and HEAT-2, as they are written; what lies outside the week is left out.</summary>
    private void Count((string Unit, long Ms, double Lon, double Lat)[] track)
    {
        var (from, to) = ((int)(First.ToUnixTimeMilliseconds() / HourMs), (int)(First.AddDays(7).ToUnixTimeMilliseconds() / HourMs));
        for (var i = 0; i < track.Length; i++)
        {
            var cell = H3Cell.Of(track[i].Lat, track[i].Lon, 11);
            var hour = (int)(track[i].Ms / HourMs);
            var end = i + 1 < track.Length ? Math.Min(track[i + 1].Ms, track[i].Ms + 120_000) : track[i].Ms;
            var split = Math.Min(end, (hour + 1) * HourMs);
            Pieces.Add(new HeatPiece(track[i].Unit, hour, cell, 1, split - track[i].Ms));
            Pieces.Add(new HeatPiece(track[i].Unit, hour + 1, cell, 0, end - split));
        }

        Pieces.RemoveAll(piece => piece.Hour < from || piece.Hour >= to);
    }
}

public sealed class SqliteHeatWeek() : HeatWeek(null);

public sealed class PostgresHeatWeek() : HeatWeek(new OwnPostgres());

public sealed record HeatPiece(string Unit, int Hour, H3Cell Cell, long Fixes, long PresenceMs);
