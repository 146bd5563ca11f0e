using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Actors.Units;
using Vantage.Geo.Crs;
using Vantage.Host.Exports;
using Vantage.Host.Situations;
using Vantage.Host.Tests.Motion;
using Vantage.Support;

namespace Vantage.Host.Tests.Exports;

public abstract class ExportTests(SharedHost shared)
{
    private const string Units = "officer/周a:b,officer/周a?b,vehicle/沪E0001";
    private const string Range = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";
    private static readonly XNamespace Gpx = "http://www.topografix.com/GPX/1/1";

    private HostUnderTest Host => shared.Host;

    [Theory(DisplayName = "[EXP-1] [EXP-2] An export is unpacked by unzip, Chinese names and all, and sha256sum confirms every file of it")]
    [InlineData("gpx")]
    [InlineData("geojson")]
    [InlineData("csv")]
    public async Task Export(string format)
    {
        TestData.SkipUnless(File.Exists("/usr/bin/unzip") && File.Exists("/usr/bin/sha256sum"), "Install unzip and coreutils.");
        var mark = await ReportAsync();
        using var admin = await Host.SignedInAsync();
        using var folder = new TempFolder();
        var zip = Path.Combine(folder.Path, "export.zip");
        var answer = await admin.GetAsync($"/api/exports/tracks?{Range}&units={Uri.EscapeDataString(Units)}&format={format}&after={mark}");
        Assert.Equal(("application/zip", "tracks-20260302T000000Z-20260303T000000Z.zip"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
        await File.WriteAllBytesAsync(zip, await answer.Content.ReadAsByteArrayAsync());

        Run("/usr/bin/unzip", folder.Path, "-q", zip, "-d", "out");
        var unpacked = Path.Combine(folder.Path, "out");
        var confirmed = Run("/usr/bin/sha256sum", unpacked, "--check", "--strict", "SHA256SUMS");

        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(unpacked, "manifest.json")))!;
        var files = manifest["files"]!.AsArray();
        var names = files.Select(file => (string)file!["name"]!).ToArray();
        Assert.Equal((format, "wgs84", false), ((string)manifest["format"]!, (string)manifest["crs"]!, (bool)manifest["demo"]!));
        Assert.Equal(["officer/周a:b", "officer/周a?b", "vehicle/沪E0001"], files.Select(file => (string)file!["unit"]!));
        Assert.Equal([12, 0, 61], files.Select(file => (int)file!["count"]!));
        Assert.Equal($"officer-周a_b-20260302T000000Z-20260303T000000Z.{format}", names[0]);
        Assert.Equal($"officer-周a_b-20260302T000000Z-20260303T000000Z-2.{format}", names[1]); // Two keys, and one name without the signs that no file may have.
        Assert.Equal(
            names.Append("SHA256SUMS").Append("manifest.json").Order(StringComparer.Ordinal),
            Directory.GetFiles(unpacked).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal(names.Append("manifest.json").Select(name => name + ": OK"), confirmed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(files, file =>
        {
            var path = Path.Combine(unpacked, (string)file!["name"]!);
            Assert.Equal(new FileInfo(path).Length, (long)file["bytes"]!);
            Assert.Equal((int)file["count"]!, CountFixes(path, format));
        });
    }

    [Fact(DisplayName = "[EXP-2] sha256sum finds the one byte that somebody changed")]
    public async Task Tampered()
    {
        TestData.SkipUnless(File.Exists("/usr/bin/sha256sum"), "Install coreutils.");
        await ReportAsync();
        using var folder = new TempFolder();
        await using (var zip = new MemoryStream())
        {
            await Order(UnitsOf("vehicle/沪E0001")).WriteAsync(zip, TestContext.Current.CancellationToken);
            await ZipFile.ExtractToDirectoryAsync(zip, folder.Path, TestContext.Current.CancellationToken);
        }

        Run("/usr/bin/sha256sum", folder.Path, "--check", "--quiet", "SHA256SUMS");
        var track = Directory.GetFiles(folder.Path, "*.csv").Single();
        await File.WriteAllTextAsync(track, (await File.ReadAllTextAsync(track)).Replace("121.42,", "121.43,", StringComparison.Ordinal));

        Assert.Throws<InvalidOperationException>(() => Run("/usr/bin/sha256sum", folder.Path, "--check", "--quiet", "SHA256SUMS"));
    }

    [Fact(DisplayName = "[EXP-1] A track too long for one file is in several, which join one another and have every fix once")]
    public async Task Parts()
    {
        await ReportAsync();
        await using var zip = new MemoryStream();
        await Order(UnitsOf("vehicle/沪E0001"), mostFixes: 25).WriteAsync(zip, TestContext.Current.CancellationToken);
        using var archive = new ZipArchive(zip);

        var files = JsonNode.Parse(Text(archive, "manifest.json"))!["files"]!.AsArray();
        var times = files.SelectMany(file => Text(archive, (string)file!["name"]!).Split("\r\n")[1..^1].Select(line => line.Split(',')[0])).ToArray();

        Assert.Equal([25, 25, 11], files.Select(file => (int)file!["count"]!));
        Assert.Equal("2026-03-02T00:00:00.000Z", (string)files[0]!["from"]!);
        Assert.Equal(files.SkipLast(1).Select(file => (string)file!["to"]!), files.Skip(1).Select(file => (string)file!["from"]!));
        Assert.Equal("2026-03-03T00:00:00.000Z", (string)files[^1]!["to"]!);
        Assert.Equal(61, times.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact(DisplayName = "[EXP-3] An export that is broken off, wherever, is no archive that looks whole")]
    public async Task Broken_off()
    {
        await ReportAsync();
        var units = UnitsOf(Units.Split(','));
        await using var whole = new MemoryStream();
        await Order(units).WriteAsync(whole, TestContext.Current.CancellationToken);

        foreach (var room in Enumerable.Range(0, (int)whole.Length / 97).Select(i => i * 97).Append((int)whole.Length - 1))
        {
            await using var taken = new MemoryStream();
            var export = Order(units);
            await Assert.ThrowsAsync<IOException>(() => export.WriteAsync(new FullDisk(taken, room), TestContext.Current.CancellationToken));
            Assert.Throws<InvalidDataException>(() => new ZipArchive(taken));
        }
    }

    [Fact(DisplayName = "A track that is read in many pieces is in an export whole: each of 45,000 fixes once, in order")]
    public async Task Pieces()
    {
        using var admin = await Host.SignedInAsync();
        var drive = new Drive("vehicle/seamless", new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero)).Fix();
        for (var i = 1; i < 45_000; i++)
        {
            drive.By(1, 1).Fix();
        }

        var mark = "";
        foreach (var batch in drive.Reports.Chunk(15_000).Reverse())
        {
            mark = await admin.PostAsync(batch);
        }

        using var zip = new ZipArchive(await admin.GetStreamAsync($"/api/exports/tracks?{Range}&units=vehicle/seamless&format=csv&after={mark}"));
        var times = Text(zip, zip.Entries[0].Name).Split("\r\n")[1..^1].Select(line => line[..24]);

        Assert.Equal(drive.Reports.Select(report => report.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)), times);
    }

    [Fact(DisplayName = "An export is for those who may take tracks away, and every unit in it is put on record; what is wrong with it is named by field")]
    public async Task Rights()
    {
        await ReportAsync();
        using var admin = await Host.SignedInAsync();
        using var watch = await Host.AtPostAsync("watch");
        var refused = await (await watch.GetAsync($"/api/exports/tracks?{Range}")).ProblemAsync(HttpStatusCode.Forbidden);
        (await admin.GetAsync($"/api/exports/tracks?{Range}&kind=officer&units=officer/周a:b,vehicle/沪E0001&format=csv")).EnsureSuccessStatusCode();
        var tooLong = await admin.GetAsync("/api/exports/tracks?from=2026-01-01T00:00:00Z&to=2026-04-04T00:00:00Z");
        var wrong = await admin.GetAsync($"/api/exports/tracks?{Range}&units=officer/nobody&crs=gcj02&format=kml");

        Assert.Equal("tracks.export", (string)refused["right"]!);
        Assert.Equal(["to"], (await tooLong.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        Assert.Equal(["crs", "format", "units"], (await wrong.ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        var newest = (await (await admin.GetAsync("/api/audit?limit=2")).JsonAsync())["items"]!.AsArray();
        Assert.Equal(
            ["admin tracks.export officer/周a:b True", "at-watch tracks.export /api/exports/tracks False"],
            newest.Select(entry => $"{entry!["who"]} {entry["action"]} {((string)entry["subject"]!).Split('?')[0]} {entry["allowed"]!.GetValue<bool>()}"));
    }

    [Theory(DisplayName = "A replay is exported like the tracks of its units in its time, byte for byte; by those who may follow it and take tracks away")]
    [InlineData("csv")]
    [InlineData("gpx")]
    [InlineData("geojson")]
    public async Task Replays(string format)
    {
        await ReportAsync();
        using var admin = await Host.SignedInAsync();
        string[] units = ["officer/周a:b", "vehicle/沪E0001"];
        var opened = await admin.PostAsJsonAsync("/api/replays", new { from = "2026-03-02T01:00:00Z", to = "2026-03-02T01:20:00Z", units });
        var key = (string)(await opened.JsonAsync())["key"]!;

        var ofReplay = await FilesAsync($"/api/exports/replays/{key}?format={format}");
        var ofTracks = await FilesAsync($"/api/exports/tracks?from=2026-03-02T01:00:00Z&to=2026-03-02T01:20:00Z&units={string.Join(',', units)}&format={format}");
        Assert.Equal(ofTracks, ofReplay);
        Assert.Equal(2, ofReplay.Count);
        Assert.All(ofReplay, file => Assert.EndsWith("." + format, file.Key, StringComparison.Ordinal));
        Assert.All(ofReplay.Values, text => Assert.True(text.Length > 500, text));

        await (await admin.GetAsync("/api/exports/replays/none")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(["crs"], (await (await admin.GetAsync($"/api/exports/replays/{key}?crs=gcj02")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        using var watch = await Host.AtPostAsync("watch"); // May look at tracks, and not take them away.
        await (await watch.GetAsync($"/api/exports/replays/{key}")).ProblemAsync(HttpStatusCode.Forbidden);

        async Task<Dictionary<string, string>> FilesAsync(string path)
        {
            await using var zip = new ZipArchive(await admin.GetStreamAsync(path));
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith("." + format, StringComparison.Ordinal)))
            {
                using var text = new StreamReader(await entry.OpenAsync());
                files.Add(entry.FullName, await text.ReadToEndAsync());
            }

            return files;
        }
    }

    private TrackExport Order(IReadOnlyList<UnitInfo> units, int mostFixes = 1000) => new(
        new TrackExport.Order(
            units, DateTimeOffset.Parse("2026-03-02T00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            DateTimeOffset.Parse("2026-03-03T00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), "csv", CoordinateSystem.Wgs84, IsDemo: false)
        {
            MaxFixesOfFile = mostFixes,
        },
        Host.Services.GetRequiredService<Situation>(), new ManualTimeProvider()); // The same bytes each time.

    private IReadOnlyList<UnitInfo> UnitsOf(params string[] ids)
        => [.. ids.Select(id => Host.Services.GetRequiredService<Situation>().Units.All.Single(unit => unit.IdText == id))];

    /// <summary>Two officers, one of whom never reported, and a vehicle.</summary>
    private async Task<string> ReportAsync()
    {
        using var admin = await Host.SignedInAsync();
        (await admin.PutAsJsonAsync($"/api/units/officer/{Uri.EscapeDataString("周a?b")}", new { name = "周" })).EnsureSuccessStatusCode();
        var morning = new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
        await admin.PostAsync(new Drive("officer/周a:b", morning).Fix().Go(1000).By(0, 3600).Fix().Reports);
        var mark = await admin.PostAsync(new Drive("vehicle/沪E0001", morning).Fix().Rest(5).Go(3000).Reports);
        (await admin.GetAsync($"/api/units?limit=1&after={mark}")).EnsureSuccessStatusCode();
        return mark;
    }

    private static int CountFixes(string path, string format)
    {
        switch (format)
        {
            case "gpx":
                return XDocument.Load(path).Descendants(Gpx + "trkpt").Count();
            case "geojson":
                var feature = JsonNode.Parse(File.ReadAllText(path))!;
                Assert.Equal("MultiLineString", (string)feature["geometry"]!["type"]!);
                var times = feature["properties"]!["times"]!.AsArray();
                return times.Sum(line => line!.AsArray().Select(time => (string)time!).Distinct(StringComparer.Ordinal).Count()); // A single fix is there twice.
            default:
                return File.ReadAllLines(path).Length - 1;
        }
    }

    private static string Text(ZipArchive archive, string name)
    {
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static string Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8"; // As in any town where names are Chinese.
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program}: {output.Result} {errors.Result}");
    }

    /// <summary>Takes so many bytes, and no more.</summary>
    private sealed class FullDisk(MemoryStream inner, int room) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            var taken = Math.Min(count, room - (int)inner.Length);
            inner.Write(buffer, offset, taken);
            if (taken < count)
            {
                throw new IOException("No space left.");
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

public sealed class SqliteExportTests(SharedHost shared) : ExportTests(shared), IClassFixture<SharedHost>;

public sealed class PostgresExportTests(SharedPostgresHost shared) : ExportTests(shared), IClassFixture<SharedPostgresHost>;
