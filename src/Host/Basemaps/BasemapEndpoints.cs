using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Access;
using Vantage.Host.Equipment;
using Vantage.Host.Settings;
using Vantage.Host.Web;

namespace Vantage.Host.Basemaps;

/// <summary><c>/api/basemap</c>: the base map under the wall's map, all of it from this host.</summary>
internal static class BasemapEndpoints
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <exception cref="InvalidDataException">The file cannot be shown.</exception>
    public static void AddBasemap(this IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton<BasemapHealth>();
        services.AddSingleton(provider => new BasemapHolder(settings.Basemap, settings.Basemap is null ? null : BasemapOf(settings, provider)));
    }

    public static void MapBasemap(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<BasemapHolder>(); // What cannot be shown stops the start, and not the first wall.
        app.MapGet("/api/basemap", (BasemapHolder basemap) => TypedResults.Ok(basemap.View())).Needs(Rights.LiveRead)
            .WithTags("Base map").WithSummary("Which base map there is, and whether it can be had.");
        app.MapGet("/api/basemap/tiles/{z}/{x}/{y}", TileAsync).Needs(Rights.LiveRead)
            .Produces(200, contentType: "image/png", additionalContentTypes: ["image/jpeg", "image/webp", "application/vnd.mapbox-vector-tile"]).Produces(204)
            .WithTags("Base map").WithSummary("A tile of the base map, by zoom, column from the west and row from the north.");
    }

    private static Basemap BasemapOf(HostSettings settings, IServiceProvider provider)
    {
        var (health, time) = (provider.GetRequiredService<BasemapHealth>(), provider.GetRequiredService<TimeProvider>());
        return settings.Basemap is { Address: null } file ? FileBasemap.Open(file, health, time)
            : new AddressBasemap(settings.Basemap!, health, time, settings.TileTimeout);
    }

    private static async Task<IResult> TileAsync(string z, string x, string y, HttpContext context, BasemapHolder holder)
    {
        if (holder.Basemap is not { } basemap || TileId.TryParse(z, x, y) is not { } id)
        {
            return Problems.Unknown("tile", $"{z}/{x}/{y}");
        }

        var tile = await basemap.ReadAsync(id, context.RequestAborted);
        if (tile is null)
        {
            basemap.Health.NotServed();
            return Problems.NoBasemap(RetryAfter);
        }

        basemap.Health.Served(tile.IsNothing);
        // The wall asks with the map's revision: another map has other addresses.
        context.Response.Headers.CacheControl = basemap is FileBasemap ? "private, max-age=86400" : "private, max-age=600";
        if (tile.IsNothing)
        {
            // A file is whole; what a server does not have may be drawn from the tile above.
            return basemap is FileBasemap ? TypedResults.NoContent() : Problems.Unknown("tile", $"{z}/{x}/{y}");
        }

        if (!tile.IsGzipped)
        {
            return TypedResults.Bytes(tile.Bytes, tile.ContentType);
        }

        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return TypedResults.Bytes(tile.Bytes, tile.ContentType);
        }

        return TypedResults.Stream(new GZipStream(new MemoryStream(tile.Bytes.ToArray()), CompressionMode.Decompress), tile.ContentType);
    }
}

/// <summary>The base map, where one was chosen.</summary>
internal sealed class BasemapHolder(BasemapSettings? settings, Basemap? basemap) : IDisposable
{
    public Basemap? Basemap => basemap;

    public BasemapView View()
    {
        if (settings is null || basemap is null)
        {
            return new BasemapView("none");
        }

        var info = basemap.Look();
        return new BasemapView(
            info.Schema is null ? "raster" : "vector", info.Schema, CoordinateSystems.NameOf(settings.Crs), settings.IsLight ? "light" : "dark",
            info.MinZoom, info.MaxZoom, info.Bounds, settings.Label, info.Attribution, info.Revision, Since());
    }

    /// <summary>For those who keep the equipment.</summary>
    public BasemapEquipmentView? Equipment()
    {
        basemap?.Look();
        return basemap is null ? null : new BasemapEquipmentView(settings?.Label, Since());
    }

    public void Dispose() => (basemap as IDisposable)?.Dispose();

    private WireMoment? Since() => basemap?.Health.Since is { } since ? WireMoment.Of(since) : null;
}

/// <param name="Kind"><c>none</c> (the built-in sketch alone; all else is null), <c>vector</c> or <c>raster</c>.</param>
/// <param name="Schema">Of vector tiles: <c>openmaptiles</c> or <c>protomaps</c>.</param>
/// <param name="Tone">Of pictures: <c>light</c>, drawn for a light ground, or <c>dark</c>.</param>
/// <param name="Revision">Another one: other tiles.</param>
/// <param name="Since">Since when it cannot be had; null: it can.</param>
internal sealed record BasemapView(
    string Kind,
    string? Schema = null,
    string? Crs = null,
    string? Tone = null,
    int? MinZoom = null,
    int? MaxZoom = null,
    GeoBox? Bounds = null,
    string? Label = null,
    string? Attribution = null,
    string? Revision = null,
    WireMoment? Since = null);
