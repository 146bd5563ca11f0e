using Vantage.Actors;
using Vantage.Actors.Stages;
using Vantage.Actors.Tours;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Video;
using Vantage.Host.Web;

namespace Vantage.Host.Tours;

/// <summary><c>/api/tours</c>: tours of cameras (视频巡查), which screens for video go through (VID-7).</summary>
internal static class TourEndpoints
{
    private const int MaxTours = 200;
    private const int MaxCameras = 2000;
    private const int MaxClasses = 50;

    /// <summary>A key that is part of another path.</summary>
    private const string Log = "log";

    public static void MapTours(this IEndpointRouteBuilder app)
    {
        var tours = app.MapGroup("/api/tours").WithTags("Tours");
        tours.MapGet("", List).Needs(Rights.VideoWatch).Produces<TourListView>().WithSummary("All tours, by key.");
        tours.MapGet("/{key}", Get).Needs(Rights.VideoWatch).Produces<TourView>().WithSummary("A tour.");
        tours.MapGet("/{key}/cameras", Cameras).Needs(Rights.VideoWatch).Produces<TourCameraListView>().WithSummary("The cameras that it goes through now, in its order.");
        tours.MapPut("/{key}", PutAsync).Needs(Rights.CamerasWrite).Accepts<TourBody>("application/json").Produces<TourView>().Produces<TourView>(201)
            .WithSummary("Lay out a tour: cameras, or all of some classes, of a source, inside a zone; without any of them all that are not offline.");
        tours.MapDelete("/{key}", DeleteAsync).Needs(Rights.CamerasWrite).Produces(204).WithSummary("Remove a tour.");
        app.MapTourLog();
    }

    private static IResult List(Situation situation, TourCameras cameras) => TypedResults.Ok(new TourListView(
        [.. situation.Tours.All.OrderBy(tour => tour.Tour, StringComparer.Ordinal).Select(tour => TourView.Of(tour, cameras))]));

    private static IResult Get(string key, Situation situation, TourCameras cameras)
        => situation.Tours.Find(key) is { } tour ? TypedResults.Ok(TourView.Of(tour, cameras)) : Problems.Unknown("tour", key);

    private static IResult Cameras(string key, Situation situation, TourCameras cameras)
        => situation.Tours.Find(key) is { } tour ? TypedResults.Ok(new TourCameraListView(cameras.Of(tour))) : Problems.Unknown("tour", key);

    private static async Task<IResult> PutAsync(string key, HttpContext context, Situation situation, TourCameras cameras)
    {
        var (body, problem) = await context.ReadJsonAsync(512 * 1024);
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("name", "cameras", "classes", "source", "zone", "dwell", "tiles");
        if ((key == Log ? "Is taken." : ActorId.FaultOf(key)) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        var lay = new LayOutTour(
            fields.Text("name", 100, required: true) ?? "", [.. fields.Texts("cameras", MaxCameras) ?? []],
            [.. (fields.Texts("classes", MaxClasses) ?? []).Select(CameraClasses.Canonical)], fields.Text("source", 100), fields.Text("zone"),
            fields.Whole("dwell", 5, 3600, required: true) ?? 0, TilesOf(fields));
        if (lay.Cameras.Length > 0 && (lay.Classes.Length > 0 || lay.Source is not null || lay.Zone is not null))
        {
            fields.Wrong("cameras", "Are named one by one: then classes, source and zone say nothing. Give one or the other.");
        }

        if (lay.Cameras.FirstOrDefault(camera => situation.Cameras.Find(camera) is null) is { } unknown)
        {
            fields.Wrong("cameras", $"There is no camera '{unknown}'.");
        }

        if (lay.Zone is not null && !situation.Zones.TryGetNewest(lay.Zone, out var _))
        {
            fields.Wrong("zone", $"There is no zone '{lay.Zone}'.");
        }

        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (situation.Tours.Find(key) is null && situation.Tours.Count >= MaxTours)
        {
            return Problems.Conflict($"There are {MaxTours} tours: remove one first.");
        }

        var receipt = await situation.ChangeTourAsync(key, lay, context.Caller().Origin, context.RequestAborted);
        return situation.Tours.Find(key) is not { } tour ? Problems.Unknown("tour", key)
            : receipt.IsNew ? TypedResults.Created($"/api/tours/{Uri.EscapeDataString(key)}", TourView.Of(tour, cameras))
            : TypedResults.Ok(TourView.Of(tour, cameras));
    }

    private static int TilesOf(Fields fields)
    {
        var tiles = fields.Whole("tiles", 1, 16, required: true);
        if (tiles is { } given && !StageNames.VideoTiles.Contains(given))
        {
            fields.Wrong("tiles", $"Must be one of {string.Join(", ", StageNames.VideoTiles)}.");
        }

        return tiles ?? 0;
    }

    private static async Task<IResult> DeleteAsync(string key, HttpContext context, Situation situation)
        => (await situation.ChangeTourAsync(key, new RemoveTour(), context.Caller().Origin, context.RequestAborted)).WasThere
            ? TypedResults.NoContent() : Problems.Unknown("tour", key);
}

internal sealed record TourBody(
    string Name, IReadOnlyList<string>? Cameras, IReadOnlyList<string>? Classes, string? Source, string? Zone, int Dwell, int Tiles);

/// <param name="Cameras">Named one by one; null: those that the rest names.</param>
/// <param name="Classes">Null: any.</param>
/// <param name="Dwell">Seconds for a page.</param>
/// <param name="Tiles">Pictures of a page.</param>
/// <param name="Count">How many cameras it goes through now.</param>
internal sealed record TourView(
    string Key, string Name, IReadOnlyList<string>? Cameras, IReadOnlyList<string>? Classes, string? Source, string? Zone, int Dwell, int Tiles, int Count)
{
    public static TourView Of(TourLaidOut tour, TourCameras cameras) => new(
        tour.Tour, tour.Name, tour.Cameras.IsDefaultOrEmpty ? null : tour.Cameras, tour.Classes.IsDefaultOrEmpty ? null : tour.Classes, tour.Source, tour.Zone,
        tour.DwellSeconds, tour.Tiles, cameras.Of(tour).Count);
}

internal sealed record TourListView(IReadOnlyList<TourView> Items);

internal sealed record TourCameraListView(IReadOnlyList<string> Keys);
