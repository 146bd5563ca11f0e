using System.Security.Cryptography;
using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>/api/incidents</c>: what has happened, and who was sent there (INC-1 to INC-4, ORD-1 to ORD-6).</summary>
internal static class IncidentEndpoints
{
    private const int MaxNote = 1000;
    private const int MaxTitle = 100;
    private const int MaxAddress = 200;
    private const int MaxKind = 40;
    private const int SuffixLength = 5;

    public static void MapIncidents(this IEndpointRouteBuilder app)
    {
        var incidents = app.MapGroup("/api/incidents").WithTags("Incidents");
        incidents.MapGet("", List).Needs(Rights.LiveRead).WaitsForWatermark().Produces<IncidentListView>()
            .WithSummary("Incidents, newest first: state, open, kind, unit, bbox, from and to (of their report), limit, cursor, crs.");
        incidents.MapPost("", ReportAsync).Needs(Rights.IncidentsWrite).Accepts<IncidentBody>("application/json").Produces<IncidentView>(201)
            .WithSummary("Report an incident.");
        incidents.MapGet("/{key}", Get).Needs(Rights.LiveRead).WaitsForWatermark().Produces<IncidentView>().WithSummary("An incident and its time line.");
        incidents.MapGet("/{key}/preview", DispatchPreview.Get).Needs(Rights.Dispatch).Produces<PreviewView>()
            .WithSummary("What sending a unit there would mean: unit, crs.");
        incidents.MapPost("/{key}/dispatch", Dispatching.DispatchAsync).Needs(Rights.Dispatch).Accepts<DispatchBody>("application/json").Produces<DispatchView>()
            .WithSummary("Send units there.");
        incidents.MapPost("/{key}/actions/{action}", IncidentActions.ActAsync).Needs(Rights.SignedIn).Accepts<ActionBody>("application/json")
            .Produces<IncidentView>().WithSummary("accept, arrive, finish, decline an order; withdraw one; note; close.");
        incidents.MapPost("/{key}/pictures", PictureEndpoints.TakeAsync).Needs(Rights.OrdersAnswer).Produces<PictureView>(201)
            .WithSummary("Send a JPEG or PNG picture of it, to be named when an order is finished: unit.");
        incidents.MapGet("/{key}/pictures/{id}", PictureEndpoints.Get).Needs(Rights.LiveRead).WithSummary("A picture of it.");
    }

    private static IResult List(HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var (limit, cursor) = fields.Page();
        var (state, isOpen) = (fields.Choice("state", IncidentNames.AllStates), fields.Truth("open"));
        var (kind, unit, box, crs) = (fields.Text("kind", MaxKind), fields.Text("unit", 100), fields.Box(), fields.Crs());
        var (fromMs, toMs) = fields.OpenRange();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var caller = context.Caller();
        var wanted = situation.Incidents.All.Where(incident =>
            (isOpen is null || incident.IsOpen == isOpen) && (state is null || IncidentNames.NameOf(incident.State) == state)
            && (kind is null || incident.Reported.Kind == kind) && (unit is null || incident.Orders.Any(order => order.Unit == unit))
            && (box is not { } area || (incident.Place is { } place && area.Contains(place.Longitude, place.Latitude)))
            && IsWithin(incident.Reported.At.ToUnixTimeMilliseconds(), fromMs, toMs) && IncidentAccess.MaySee(caller, incident, situation));
        var (page, next) = Paging.Take(wanted, NewestFirst, limit, cursor);
        return TypedResults.Ok(new IncidentListView([.. page.Select(incident => IncidentView.Of(incident, situation, crs))], next));
    }

    private static IResult Get(string key, HttpContext context, Situation situation)
    {
        var fields = new Fields(context.Request.Query);
        var crs = fields.Crs();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (incident, problem) = Find(key, context.Caller(), situation);
        return incident is null ? problem! : TypedResults.Ok(IncidentView.Of(incident, situation, crs));
    }

    private static async Task<IResult> ReportAsync(HttpContext context, Situation situation, HostSettings settings, TimeProvider time)
    {
        var (body, problem) = await context.ReadJsonAsync();
        if (body is null)
        {
            return problem!;
        }

        using var _ = body;
        var fields = new Fields(body.RootElement);
        fields.OnlyKnow("key", "kind", "title", "level", "lon", "lat", "crs", "address", "note", "camera", "picture", "occurredAt");
        var report = Read(fields, "person", time.GetUtcNow());
        var key = fields.Text("key", ActorId.MaxKeyLength);
        if (key is not null && ActorId.FaultOf(key) is { } fault)
        {
            fields.Wrong("key", fault);
        }

        if (!fields.IsValid || report is null)
        {
            return fields.Problem;
        }

        return await TakeAsync(context, situation, key ?? NewKey(settings, time), report);
    }

    /// <summary>Reports an incident under a key. A key that is there already is a report that was sent again.</summary>
    internal static async Task<IResult> TakeAsync(HttpContext context, Situation situation, string key, ReportIncident report)
    {
        var receipt = await situation.ChangeIncidentAsync(key, report, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        var view = IncidentView.Of(situation.Incidents.Find(key)!, situation);
        return receipt.IsAllowed ? TypedResults.Created($"/api/incidents/{Uri.EscapeDataString(key)}", view) : TypedResults.Ok(view);
    }

    /// <summary>The day and some letters, such as <c>20261127-k3f9m</c>: short enough to be said over the radio.</summary>
    internal static string NewKey(HostSettings settings, TimeProvider time)
    {
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone));
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{now:yyyyMMdd}-")
            + RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", SuffixLength);
    }

    /// <summary>What a report says of an incident, wherever it comes from.</summary>
    /// <param name="timeName">The field that says when it was seen.</param>
    /// <param name="titleOf">What a kind is called when there is no title; null: then there must be one.</param>
    internal static ReportIncident? Read(
        Fields fields, string source, DateTimeOffset now, string timeName = "occurredAt", Func<string, string>? titleOf = null)
    {
        var (kind, title) = (fields.Text("kind", MaxKind, required: true), fields.Text("title", MaxTitle, required: titleOf is null));
        var (lon, lat, crs) = (fields.Number("lon", -180, 180, required: true), fields.Number("lat", -90, 90, required: true), fields.Crs());
        var level = fields.Choice("level", IncidentNames.Levels) ?? "warning";
        var (address, note) = (fields.Text("address", MaxAddress), fields.Text("note", MaxNote));
        var (camera, picture, occurred) = (fields.Text("camera", ActorId.MaxKeyLength), fields.Text("picture", 2000), fields.Time(timeName));
        if (kind is not null && !kind.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            fields.Wrong("kind", "Must be a word of small letters, digits and hyphens, such as street-vending.");
        }

        if (picture is not null && !IsAddress(picture))
        {
            fields.Wrong("picture", "Must be an http or https address, or a path on this host.");
        }

        if (occurred > now.AddMinutes(5).ToUnixTimeMilliseconds())
        {
            fields.Wrong(timeName, "Lies in the future.");
        }

        if (!fields.IsValid)
        {
            return null;
        }

        var place = CoordinateSystems.ToWgs84(LatLng.Trusted(lat!.Value, lon!.Value), crs);
        return new ReportIncident(
            kind!, title ?? titleOf!(kind!), level, place.Longitude, place.Latitude, address, note, source, camera, null, picture,
            occurred is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : now);
    }

    /// <summary>The incident, or the answer to give instead. One out of the caller's reach is answered like a right that is missing.</summary>
    internal static (Incident? Incident, IResult? Problem) Find(string key, Caller caller, Situation situation)
        => situation.Incidents.Find(key) is not { } incident ? (null, Problems.Unknown("incident", key))
            : IncidentAccess.MaySee(caller, incident, situation) ? (incident, null) : (null, Problems.RightMissing(Rights.LiveRead));

    private static bool IsAddress(string text)
        => text.StartsWith('/') || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps));

    private static bool IsWithin(long ms, long? fromMs, long? toMs) => (fromMs is null || ms >= fromMs) && (toMs is null || ms < toMs);

    private static string NewestFirst(Incident incident)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{long.MaxValue - incident.Reported.At.UtcTicks:D19} {incident.Key}");
}
