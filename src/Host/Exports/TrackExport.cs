using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo.Crs;
using Vantage.Host.Situations;
using Vantage.Host.Tracks;
using Vantage.Host.Web;

namespace Vantage.Host.Exports;

/// <summary>
/// Tracks of many units as a ZIP (EXP-1 to EXP-3): a file a unit, <c>manifest.json</c>, and <c>SHA256SUMS</c>, which <c>sha256sum -c</c> takes.
/// It is written as it is read: a piece of one track is in memory at a time.
/// </summary>
internal sealed class TrackExport(TrackExport.Order order, Situation situation, TimeProvider time)
{
    private const string ManifestName = "manifest.json";
    private const string SumsName = "SHA256SUMS";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<ExportedFile> _files = [];
    private readonly List<DamagedUnitView> _damaged = [];

    // Windows takes two names that differ in case alone for one.
    private readonly HashSet<string> _names = new([ManifestName, SumsName], StringComparer.OrdinalIgnoreCase);

    /// <param name="Format"><c>gpx</c>, <c>geojson</c> or <c>csv</c>.</param>
    /// <param name="KeptFromMs">Since when tracks are kept, where the range begins before (KEEP-1).</param>
    internal sealed record Order(
        IReadOnlyList<UnitInfo> Units, long FromMs, long ToMs, string Format, CoordinateSystem Crs, bool IsDemo, long? KeptFromMs = null)
    {
        /// <summary>Fixes in a file, 20 MB in memory. A unit that has more has several files. Not for callers to choose; tests lower it.</summary>
        public int MaxFixesOfFile { get; init; } = 500_000;
    }

    public string FileName => TrackFiles.NameOf("tracks", order.FromMs, order.ToMs, "zip", order.IsDemo);

    public async Task WriteAsync(Stream body, CancellationToken cancelled)
    {
        // Closed at the end only: an archive that was broken off must not look whole.
        var output = new UnhurriedStream(body);
        var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancelled);
        foreach (var unit in order.Units)
        {
            await foreach (var track in PartsAsync(unit, cancelled))
            {
                var name = FreeName(track.FileName(order.Format));
                var (bytes, sha256) = await AddAsync(zip, name, stream => WriteTrackAsync(track, stream), cancelled);
                _files.Add(new ExportedFile(
                    name, unit.IdText, unit.Name, new(track.FromMs), new(track.ToMs), track.Fixes.Count, bytes, sha256));
            }
        }

        var manifest = new ExportManifest(
            new(time.GetUtcNow().ToUnixTimeMilliseconds()), new(order.FromMs), new(order.ToMs), order.Format, CoordinateSystems.NameOf(order.Crs),
            order.IsDemo, order.IsDemo ? Track.DemoMark : null, WireMoment.From(order.KeptFromMs), _files, _damaged);
        var (_, manifestSha256) = await AddAsync(
            zip, ManifestName, stream => JsonSerializer.SerializeAsync(stream, manifest, Json, cancelled), cancelled);
        var sums = string.Concat(_files.Select(file => $"{file.Sha256}  {file.Name}\n").Append($"{manifestSha256}  {ManifestName}\n"));
        await AddAsync(zip, SumsName, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(sums), cancelled).AsTask(), cancelled);
        await zip.DisposeAsync();
        await output.FlushAsync(cancelled);
    }

    private async Task<(long Bytes, string Sha256)> AddAsync(ZipArchive zip, string name, Func<Stream, Task> write, CancellationToken cancelled)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = time.GetUtcNow();
        await using var compressed = await entry.OpenAsync(cancelled);
        await using var digest = new DigestStream(compressed);
        await write(digest);
        return (digest.Count, digest.Sha256);
    }

    private Task WriteTrackAsync(Track track, Stream stream) => order.Format switch
    {
        "gpx" => TrackGpx.WriteAsync(track, stream),
        "geojson" => TrackGeoJson.WriteAsync(track, stream),
        _ => TrackCsv.WriteAsync(track, stream),
    };

    /// <summary>The track of a unit in as many parts as it takes, which is one unless it is very long; one as well when it is empty.</summary>
    private async IAsyncEnumerable<Track> PartsAsync(
        UnitInfo unit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        var fromMs = order.FromMs;
        var part = new List<Fix>();
        await foreach (var piece in TrackWindows.ReadAsync(situation, unit, order.FromMs, order.ToMs, cancelled))
        {
            foreach (var lost in piece.Damaged)
            {
                var entry = DamagedUnitView.Of(unit, lost);
                if (!_damaged.Contains(entry)) // It may reach over several pieces.
                {
                    _damaged.Add(entry);
                }
            }

            foreach (var fix in piece.Fixes)
            {
                if (part.Count >= order.MaxFixesOfFile && fix.TimeMs > part[^1].TimeMs)
                {
                    yield return PartOf(unit, fromMs, fix.TimeMs, part);
                    (fromMs, part) = (fix.TimeMs, []);
                }

                part.Add(fix);
            }
        }

        yield return PartOf(unit, fromMs, order.ToMs, part);
    }

    private Track PartOf(UnitInfo unit, long fromMs, long toMs, List<Fix> fixes) => new(unit, fromMs, toMs, new TrackReading(fixes, []), Detail: null, order.Crs, order.IsDemo);

    private string FreeName(string name)
    {
        var free = name;
        for (var i = 2; !_names.Add(free); i++)
        {
            free = $"{Path.GetFileNameWithoutExtension(name)}-{i}{Path.GetExtension(name)}";
        }

        return free;
    }

    /// <param name="Damaged">What storage cannot read, and is in no file.</param>
    private sealed record ExportManifest(
        WireMoment CreatedAt, WireMoment From, WireMoment To, string Format, string Crs, bool Demo, string? Note, WireMoment? KeptFrom,
        IReadOnlyList<ExportedFile> Files, IReadOnlyList<DamagedUnitView> Damaged);

    private sealed record ExportedFile(
        string Name, string Unit, string UnitName, WireMoment From, WireMoment To, int Count, long Bytes, string Sha256);
}
