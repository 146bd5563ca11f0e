using Vantage.Actors;
using Vantage.Actors.Cameras;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Cameras;

/// <summary><c>/api/cameras</c>: the camera register.</summary>
internal static class CameraEndpoints
{
    public const int MaxClasses = 50;
    public const int MaxStreams = 10;

    public static void MapCameras(this IEndpointRouteBuilder app)
    {
        var cameras = app.MapGroup("/api/cameras").WithTags("Cameras");
        cameras.MapGet("", List).Needs(Rights.CamerasRead).WaitsForWatermark()
            .Produces<CameraListView>().WithSummary("Cameras; near=lon,lat orders by distance. limit, cursor, crs.");
        cameras.MapGet("/{key}", Get).Needs(Rights.CamerasRead).WaitsForWatermark().Produces<CameraJson>().WithSummary("One camera.");
        cameras.MapPut("/{key}", PutAsync).Needs(Rights.CamerasWrite)
            .Accepts<CameraJson>("application/json").Produces<CameraJson>().WithSummary("Register a camera, or change what is registered.");
    }

    private static IResult List(HttpContext context, Situation situation)
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
            var nearest = situation.Cameras.All
                .OrderBy(camera => GreatCircle.DistanceMetres(place, LatLng.Trusted(camera.Registered.Latitude, camera.Registered.Longitude)))
                .Take(limit);
            return TypedResults.Ok(new CameraListView([.. nearest.Select(camera => CameraJson.Of(camera, crs))], null));
        }

        var (page, next) = Paging.Take(situation.Cameras.All, camera => camera.Registered.Camera, limit, cursor);
        return TypedResults.Ok(new CameraListView([.. page.Select(camera => CameraJson.Of(camera, crs))], next));
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

    private static IResult Get(string key, HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        return situation.Cameras.Find(key) is { } camera ? TypedResults.Ok(CameraJson.Of(camera, crs)) : Problems.Unknown("camera", key);
    }

    private static async Task<IResult> PutAsync(string key, HttpContext context, Situation situation)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        if (ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        var name = fields.Text("name", 100, required: true);
        var (lon, lat) = (fields.Number("lon", -180, 180, required: true), fields.Number("lat", -90, 90, required: true));
        var crs = fields.Crs();
        var state = fields.Choice("state", CameraJson.States);
        var source = fields.Text("source", 100);
        var heading = fields.Number("heading", 0, 360);
        var classes = fields.Texts("classes", MaxClasses) ?? [];
        var streams = fields.Texts("streams", MaxStreams, 1000) ?? [];
        if (!streams.TrueForAll(IsStreamUrl))
        {
            fields.Wrong("streams", "Each must be an address (http, https, ws, wss, rtsp) or a path on this host.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var place = CoordinateSystems.ToWgs84(LatLng.Trusted(lat!.Value, lon!.Value), crs);
        var origin = context.Caller().Origin;
        var register = new RegisterCamera(
            name!, WireDegrees.Round(place.Longitude), WireDegrees.Round(place.Latitude), source, [.. classes], heading, [.. streams]);
        var receipt = await situation.ChangeCameraAsync(key, register, origin, context.RequestAborted);
        if (state is not null)
        {
            var reported = (CameraState)Array.IndexOf(CameraJson.States, state);
            await situation.ChangeCameraAsync(key, new ReportCameraState(reported), origin, context.RequestAborted);
        }

        context.SetWatermark(situation.Watermark);
        var view = CameraJson.Of(situation.Cameras.Find(key)!, CoordinateSystem.Wgs84);
        return receipt.IsNew ? TypedResults.Created($"/api/cameras/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }

    /// <summary>An address of a player's kind, or a path on this host. Never a script.</summary>
    public static bool IsStreamUrl(string url)
        => url.StartsWith('/') || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https" or "ws" or "wss" or "rtsp"));
}

internal sealed record CameraListView(IReadOnlyList<CameraJson> Items, string? Cursor);

/// <summary>A camera as the contract shows it.</summary>
internal sealed record CameraJson(
    string Key,
    string Name,
    double Lon,
    double Lat,
    string State,
    string? Source,
    IReadOnlyList<string> Classes,
    double? Heading,
    IReadOnlyList<string> Streams)
{
    public static readonly string[] States = ["unknown", "online", "offline"];

    public static CameraJson Of(CameraView camera, CoordinateSystem crs)
    {
        var known = camera.Registered;
        var place = CoordinateSystems.FromWgs84(LatLng.Trusted(known.Latitude, known.Longitude), crs);
        return new CameraJson(
            known.Camera, known.Name, WireDegrees.Round(place.Longitude), WireDegrees.Round(place.Latitude), States[(int)camera.State],
            known.Source, known.Classes, known.Heading, known.Streams);
    }
}
