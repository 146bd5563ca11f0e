using Microsoft.AspNetCore.StaticFiles;

namespace Vantage.Host.Wall;

/// <summary>The wall's own files: open to strangers, as the sign-in page is one of them.</summary>
internal static class WallFiles
{
    /// <summary>What of them is worth compressing; nothing that the API answers with, cameras' pictures included: beside secrets, lengths tell.</summary>
    private static readonly string[] Compressed = ["text/html", "text/css", "text/javascript"];

    public static void AddWallFiles(this IServiceCollection services)
        => services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = Compressed;
        });

    public static void UseWallFiles(this IApplicationBuilder app)
    {
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".pmtiles"] = "application/octet-stream"; // Without a type no ranges are served, and maps are read by range.
        types.Mappings[".geojson"] = "application/geo+json";
        app.UseResponseCompression();
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            ContentTypeProvider = types,
            OnPrepareResponse = file =>
            {
                // Vite puts a hash of the content into the names below assets/: they never change.
                var isHashed = file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
                file.Context.Response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
            },
        });
    }
}
