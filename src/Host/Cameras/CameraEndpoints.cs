using System.Text.Json;
using Vantage.Actors;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Engine;
using Vantage.Host.Web;

namespace Vantage.Host.Cameras;

/// <summary><c>/api/cameras</c>: the camera register.</summary>
internal static class CameraEndpoints
{
    private const int MaxClasses = 50;
    private const int MaxStreams = 10;
    private static readonly string[] States = ["unknown", "online", "offline"];

    public static void MapCameras(this IEndpointRouteBuilder app)
    {
        var cameras = app.MapGroup("/api/cameras").WithTags("Cameras");
        cameras.MapGet("", List).Needs(Rights.CamerasRead).WaitsForWatermark()
            .Produces<CameraListView>().WithSummary("Cameras; near=lon,lat orders by distance. limit, cursor, crs.");
        cameras.MapGet("/{key}", Get).Needs(Rights.CamerasRead).WaitsForWatermark().Produces<CameraView>().WithSummary("One camera.");
        cameras.MapPut("/{key}", PutAsync).Needs(Rights.CamerasWrite)
            .Accepts<CameraView>("application/json").Produces<CameraView>().WithSummary("Register a camera, or change what is registered.");
    }

    private static IResult List(HttpContext context, IEngine engine)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        var near = PlaceOf(fields, crs);
        var limit = fields.Whole("limit", 1, Paging.MaxLimit * 10) ?? (near is null ? Paging.MaxLimit * 10 : 10);
        var cursor = fields.Text("cursor", 300);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (near is { } place)
        {
            var nearest = engine.Cameras
                .OrderBy(camera => GreatCircle.DistanceMetres(place, LatLng.Trusted(camera.Latitude, camera.Longitude)))
                .Take(limit);
            return TypedResults.Ok(new CameraListView([.. nearest.Select(camera => CameraView.Of(camera, crs))], null));
        }

        var (page, next) = Paging.Take(engine.Cameras, camera => camera.Key, limit, cursor);
        return TypedResults.Ok(new CameraListView([.. page.Select(camera => CameraView.Of(camera, crs))], next));
    }

    private static LatLng? PlaceOf(Fields fields, CoordinateSystem crs)
    {
        if (fields.Text("near") is not { } text)
        {
            return null;
        }

        var parts = text.Split(',');
        if (parts.Length == 2 && TryDegrees(parts[0], 180, out var lon) && TryDegrees(parts[1], 90, out var lat))
        {
            return CoordinateSystems.ToWgs84(LatLng.Trusted(lat, lon), crs);
        }

        fields.Wrong("near", "Must be lon,lat in degrees.");
        return null;
    }

    private static bool TryDegrees(string text, double limit, out double degrees)
        => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out degrees)
        && Math.Abs(degrees) <= limit;

    private static IResult Get(string key, HttpContext context, IEngine engine)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return engine.FindCamera(key) is { } camera ? TypedResults.Ok(CameraView.Of(camera, crs)) : Problems.Unknown("camera", key);
    }

    private static async Task<IResult> PutAsync(string key, HttpContext context, IEngine engine)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        if (!ActorId.TryCreate(ActorKinds.Camera, key, out ActorId _))
        {
            fields.Wrong("key", $"Must have 1 to {ActorId.MaxKeyLength} characters without '/'.");
        }

        var name = fields.Text("name", 100, required: true);
        var (lon, lat) = (fields.Number("lon", -180, 180, required: true), fields.Number("lat", -90, 90, required: true));
        var crs = fields.Crs();
        var state = fields.Choice("state", States) ?? "unknown";
        var source = fields.Text("source", 100);
        var heading = fields.Number("heading", 0, 360);
        var classes = fields.Texts("classes", MaxClasses) ?? [];
        var streams = StreamsOf(body.RootElement, fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var place = CoordinateSystems.ToWgs84(LatLng.Trusted(lat!.Value, lon!.Value), crs);
        var isNew = engine.FindCamera(key) is null;
        var camera = new Camera(
            key, name!, WireDegrees.Round(place.Longitude), WireDegrees.Round(place.Latitude),
            (CameraState)Array.IndexOf(States, state), source, classes, heading, streams);
        context.SetWatermark(await engine.PutCameraAsync(camera, context.Caller().Origin, context.RequestAborted));
        var view = CameraView.Of(camera, CoordinateSystem.Wgs84);
        return isNew ? TypedResults.Created($"/api/cameras/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }

    private static List<CameraStream> StreamsOf(JsonElement body, Fields fields)
    {
        var streams = new List<CameraStream>();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("streams", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return streams;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxStreams)
        {
            fields.Wrong("streams", $"Must be a list of at most {MaxStreams} of {{ protocol, url }}.");
            return streams;
        }

        foreach (var (i, item) in list.EnumerateArray().Index())
        {
            var one = new Fields(item);
            var protocol = one.Choice("protocol", "hls", "flv", "webrtc", "rtsp");
            var url = one.Text("url", 1000, required: true);
            if (one.IsValid && protocol is not null && IsStreamUrl(url!))
            {
                streams.Add(new CameraStream(protocol, url!));
            }
            else
            {
                fields.Wrong($"streams[{i}]", "Must have a protocol (hls, flv, webrtc, rtsp) and a url.");
            }
        }

        return streams;
    }

    /// <summary>An address of a player's kind, or a path on this host. Never a script.</summary>
    private static bool IsStreamUrl(string url)
        => url.StartsWith('/') || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https" or "ws" or "wss" or "rtsp"));
}

internal sealed record CameraListView(IReadOnlyList<CameraView> Items, string? Cursor);

internal sealed record CameraView(
    string Key,
    string Name,
    double Lon,
    double Lat,
    string State,
    string? Source,
    IReadOnlyList<string> Classes,
    double? Heading,
    IReadOnlyList<CameraStream> Streams)
{
    private static readonly string[] States = ["unknown", "online", "offline"];

    public static CameraView Of(Camera camera, CoordinateSystem crs)
    {
        var place = CoordinateSystems.FromWgs84(LatLng.Trusted(camera.Latitude, camera.Longitude), crs);
        return new CameraView(
            camera.Key, camera.Name, WireDegrees.Round(place.Longitude), WireDegrees.Round(place.Latitude), States[(int)camera.State],
            camera.Source, camera.Classes, camera.Heading, camera.Streams);
    }
}
