using System.Runtime.InteropServices;
using System.Text.Json;
using Vantage.Actors.Heat;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Geo.Zones;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary><c>GET /api/heatmaps/{layer}</c>: presence in seconds, or fixes, by H3 cell (HEAT-1 to HEAT-4).</summary>
internal static class HeatEndpoints
{
    private const int MaxHours = 24 * 366;
    private const int MaxCells = 200_000;
    private const int DefaultResolution = 9;

    public static void MapHeat(this IEndpointRouteBuilder app)
        => app.MapGet("/api/heatmaps/{layer}", Get).Needs(Rights.HeatRead).WaitsForWatermark().WithTags("Heat")
            .Produces(200, contentType: "application/json")
            .WithSummary("Heat by cell: layer (presence, fixes), from, to (widened to whole UTC hours), resolution, bbox or zone.");

    private static IResult Get(string layer, HttpContext context, Situation situation)
    {
        if (layer is not ("presence" or "fixes"))
        {
            return Problems.Unknown("layer", layer);
        }

        var fields = new Fields(context.Request.Query);
        var range = fields.Range();
        var resolution = fields.Whole("resolution", 0, HeatCube.BaseResolution) ?? DefaultResolution;
        var box = fields.Box();
        var shape = ShapeOf(fields, situation);
        if (box is not null && shape is not null)
        {
            fields.Wrong("zone", "Goes without bbox.");
        }

        if (range is { } r && r.ToMs - r.FromMs > MaxHours * HeatCube.HourMs)
        {
            fields.Wrong("to", $"Must be at most {MaxHours} hours after 'from'.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var fromHour = (int)Math.Floor((double)range!.Value.FromMs / HeatCube.HourMs);
        var toHour = (int)Math.Ceiling((double)range.Value.ToMs / HeatCube.HourMs);
        var sums = Sum(situation, fromHour, toHour, resolution, InsideOf(box, shape), layer == "fixes");
        if (sums.Count > MaxCells)
        {
            return Problems.TooMuch($"{sums.Count} cells hold something, and at most {MaxCells} are given at once: ask for a coarser resolution or a smaller area.");
        }

        return TypedResults.Stream(body => WriteAsync(body, layer, resolution, fromHour, toHour, sums), "application/json");
    }

    private static ZoneShape? ShapeOf(Fields fields, Situation situation)
    {
        if (fields.Text("zone") is not { } key)
        {
            return null;
        }

        // A zone that has ended is asked about its past.
        if (situation.Zones.TryNumberOf(key, out var zone) && situation.Zones.Current.VersionsOf(zone).LastOrDefault(version => !version.IsEnd) is { } last)
        {
            return last.Shape;
        }

        fields.Wrong("zone", $"There is no zone '{key}'.");
        return null;
    }

    private static Func<LatLng, bool>? InsideOf(Box? box, ZoneShape? shape)
        => shape is not null ? shape.Contains
        : box is { } area ? place => area.Contains(place.Longitude, place.Latitude)
        : null;

    /// <summary>The sums by cell of the resolution: integers, so that no order of adding shows.</summary>
    private static Dictionary<H3Cell, long> Sum(
        Situation situation, int fromHour, int toHour, int resolution, Func<LatLng, bool>? inside, bool countsFixes)
    {
        var isInside = new Dictionary<ulong, bool>();
        var sums = new Dictionary<H3Cell, long>();
        situation.History.ReadHeat(fromHour, toHour, null, delta =>
        {
            if (inside is not null)
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(isInside, delta.Cell, out var exists);
                known = exists ? known : inside(new H3Cell(delta.Cell).Center());
                if (!known)
                {
                    return;
                }
            }

            var cell = new H3Cell(delta.Cell);
            cell = resolution == HeatCube.BaseResolution ? cell : cell.Parent(resolution);
            CollectionsMarshal.GetValueRefOrAddDefault(sums, cell, out _) += countsFixes ? delta.Fixes : delta.PresenceMs;
        });
        foreach (var cell in sums.Where(sum => sum.Value == 0).Select(sum => sum.Key).ToList())
        {
            sums.Remove(cell);
        }

        return sums;
    }

    private static async Task WriteAsync(Stream body, string layer, int resolution, int fromHour, int toHour, Dictionary<H3Cell, long> sums)
    {
        var isFixes = layer == "fixes";
        await using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("layer", layer);
        json.WriteNumber("resolution", resolution);
        json.WriteString("from", WireTime.Write(fromHour * HeatCube.HourMs));
        json.WriteString("to", WireTime.Write(toHour * HeatCube.HourMs));
        WriteValue("total", sums.Values.Sum());
        json.WriteStartArray("cells");
        foreach (var (cell, sum) in sums.OrderBy(sum => sum.Key))
        {
            json.WriteStartArray();
            json.WriteStringValue(cell.ToString());
            if (isFixes)
            {
                json.WriteNumberValue(sum);
            }
            else
            {
                json.WriteNumberValue(sum / 1000m); // Seconds; a decimal keeps the milliseconds exact.
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync();

        void WriteValue(string name, long sum)
        {
            if (isFixes)
            {
                json.WriteNumber(name, sum);
            }
            else
            {
                json.WriteNumber(name, sum / 1000m);
            }
        }
    }
}
