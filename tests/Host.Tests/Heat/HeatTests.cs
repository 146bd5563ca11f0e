using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Geo;
using Vantage.Geo.H3;
using Vantage.Geo.Statistics;
using Vantage.Host.Tracks;

namespace Vantage.Host.Tests.Heat;

/// <summary>Asked in every way over HTTP, and counted one by one here: on each kind of storage.</summary>
public abstract class HeatTests(HeatWeek week)
{
    private const string Week = HeatWeek.Range;
    private const long HourMs = HeatWeek.HourMs;

    private readonly List<HeatPiece> _pieces = week.Pieces;
    private readonly List<(long Ms, double Lon, double Lat)> _complaints = week.Complaints;
    private readonly HostUnderTest _host = week.Host;
    private readonly HttpClient _admin = week.Admin;

    [Fact(DisplayName = "[HEAT-4..6] heat by hours, days, kind, squad, box, zone and polygon is what counting one by one gives, in every mixture")]
    public async Task Filters()
    {
        var filters = new (string Query, Func<HeatPiece, bool> Matches)[]
        {
            ("", _ => true),
            ("&kind=officer", piece => piece.Unit.StartsWith("officer/", StringComparison.Ordinal)),
            ("&squad=天山", piece => SquadOf(piece) == "天山"),
            ("&kind=vehicle&squad=新华", piece => piece.Unit == "vehicle/沪A2"),
        };
        var times = new (string Query, Func<DateTimeOffset, bool> Matches)[]
        {
            ("", _ => true),
            ("&hours=22-5", local => local.Hour is >= 22 or <= 5),
            ("&days=6,7", local => local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday),
            ("&hours=7-9,17&days=1-5", local => local.Hour is 7 or 8 or 9 or 17 && local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)),
        };
        foreach (var (filter, ofUnit) in filters)
        {
            foreach (var (time, ofTime) in times)
            {
                var pieces = _pieces.Where(piece => ofUnit(piece) && ofTime(LocalOf(piece.Hour))).ToList();
                await CheckAsync($"{filter}{time}", pieces);
                await CheckAsync($"{filter}{time}&bbox=121.405,31.222,121.415,31.227", pieces.Where(piece => IsIn(piece, 121.405, 31.222, 121.415, 31.227)).ToList());
            }
        }

        // A zone and a polygon of the same shape, in a body with the other names.
        const string Triangle = """{"type":"Polygon","coordinates":[[[121.40,31.22],[121.42,31.22],[121.41,31.23],[121.40,31.22]]]}""";
        using var zone = new StringContent($$"""{"type":"Feature","geometry":{{Triangle}},"properties":{"name":"角"} }""", Encoding.UTF8, "application/geo+json");
        (await _admin.PutAsync("/api/zones/corner", zone)).EnsureSuccessStatusCode();
        foreach (var layer in new[] { "presence", "fixes", "records.complaint" })
        {
            var byZone = await GetAsync($"/api/heatmaps/{layer}?{Week}&zone=corner&hours=8-20&resolution=8");
            var byPolygon = await PostAsync($"/api/heatmaps/{layer}", $$"""{"from":"2026-03-02T00:00:00Z","to":"2026-03-09T00:00:00Z","hours":"8-20","resolution":8,"polygon":{{Triangle}} }""");
            Assert.True((decimal)byZone["total"]! > 0 && (decimal)byZone["total"]! < (decimal)(await GetAsync($"/api/heatmaps/{layer}?{Week}&hours=8-20"))["total"]!);
            Assert.Equal(byZone.ToJsonString(), byPolygon.ToJsonString());
        }
    }

    [Fact(DisplayName = "[HEAT-6] all kinds together are the cube, cell by cell, in a range whose edges cut stays in two; the definition names rule and register")]
    public async Task Kinds_make_the_cube()
    {
        foreach (var layer in new[] { "presence", "fixes" })
        {
            foreach (var range in new[] { Week, "from=2026-03-04T03:00:00Z&to=2026-03-04T04:00:00Z", "from=2026-03-03T23:59:00Z&to=2026-03-05T11:00:00Z", "from=2026-03-08T23:00:00Z&to=2026-03-09T00:00:00Z" })
            {
                var all = Cells(await GetAsync($"/api/heatmaps/{layer}?{range}&resolution=11"));
                var kinds = new List<(string Cell, decimal Value)>();
                foreach (var kind in new[] { "officer", "vehicle", "drone" })
                {
                    kinds.AddRange(Cells(await GetAsync($"/api/heatmaps/{layer}?{range}&resolution=11&kind={kind}")));
                }

                Assert.Equal(all, kinds.GroupBy(cell => cell.Cell).Select(cell => (cell.Key, cell.Sum(part => part.Value))).Order());
            }
        }

        var one = await GetAsync($"/api/heatmaps/presence?{Week}&kind=drone&squad=天山&hours=8-9");
        Assert.Contains("the 1 units that are now registered as of kind 'drone' and of squad '天山', from their tracks (HEAT-6). Only hours 8-9 of Asia/Shanghai (HEAT-5).", (string)one["definition"]!, StringComparison.Ordinal);
        Assert.Contains("（HEAT-6）", (string)one["definitionZh"]!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[HEAT-11] heat by the hour of the day and the day of the week is what counting one by one gives, filtered or not, and is the total twice over")]
    public async Task Rhythm()
    {
        var filters = new (string Query, Func<HeatPiece, bool> Matches)[]
        {
            ("", _ => true),
            ("&kind=officer", piece => piece.Unit.StartsWith("officer/", StringComparison.Ordinal)),
            ("&hours=22-5&days=1-5", piece => LocalOf(piece.Hour) is { Hour: >= 22 or <= 5, DayOfWeek: not (DayOfWeek.Saturday or DayOfWeek.Sunday) }),
            ("&bbox=121.405,31.222,121.415,31.227", piece => IsIn(piece, 121.405, 31.222, 121.415, 31.227)),
        };
        foreach (var (query, matches) in filters)
        {
            foreach (var layer in new[] { "presence", "fixes" })
            {
                var rhythm = await GetAsync($"/api/heatmaps/{layer}/rhythm?{Week}{query}");
                decimal ValueOf(IEnumerable<HeatPiece> pieces) => layer == "presence" ? pieces.Sum(piece => piece.PresenceMs) / 1000m : pieces.Sum(piece => piece.Fixes);
                var pieces = _pieces.Where(matches).ToList();
                Assert.NotEmpty(pieces);
                Assert.Equal(
                    Enumerable.Range(0, 24).Select(hour => ValueOf(pieces.Where(piece => LocalOf(piece.Hour).Hour == hour))),
                    rhythm["hours"]!.AsArray().Select(value => (decimal)value!));
                Assert.Equal(
                    Enumerable.Range(1, 7).Select(day => ValueOf(pieces.Where(piece => LocalOf(piece.Hour).DayOfWeek == (DayOfWeek)(day % 7)))),
                    rhythm["days"]!.AsArray().Select(value => (decimal)value!));
                Assert.Equal((decimal)(await GetAsync($"/api/heatmaps/{layer}?{Week}{query}"))["total"]!, (decimal)rhythm["total"]!);
                Assert.Contains("(HEAT-11)", (string)rhythm["definition"]!, StringComparison.Ordinal);
            }
        }

        var complaints = await GetAsync($"/api/heatmaps/records.complaint/rhythm?{Week}&theme=muck&kind=噪声");
        Assert.Equal(0, (int)complaints["total"]!);
        complaints = await GetAsync($"/api/heatmaps/records.complaint/rhythm?{Week}&kind=噪声");
        Assert.Equal(Enumerable.Range(0, 24).Select(hour => _complaints.Count(row => Local(row.Ms).Hour == hour)), complaints["hours"]!.AsArray().Select(value => (int)value!));

        var csv = await (await _admin.GetAsync($"/api/heatmaps/fixes/rhythm?{Week}&format=csv")).Content.ReadAsStringAsync();
        var lines = csv.TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal("小时,定位点数", lines[0]);
        Assert.Equal($"23,{_pieces.Where(piece => LocalOf(piece.Hour).Hour == 23).Sum(piece => piece.Fixes)}", lines[24]);
        Assert.Equal(["format"], (await (await _admin.GetAsync($"/api/heatmaps/fixes/rhythm?{Week}&format=geojson")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());
        await (await _admin.GetAsync($"/api/heatmaps/noise/rhythm?{Week}")).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact(DisplayName = "[HEAT-5] records are of the local hour of their own time; in tables by area too")]
    public async Task Records_by_time()
    {
        var matching = _complaints.Where(row => Local(row.Ms) is { Hour: 9 or 10 or 11, DayOfWeek: DayOfWeek.Tuesday or DayOfWeek.Wednesday }).ToList();
        var heat = await GetAsync($"/api/heatmaps/records.complaint?{Week}&hours=9-11&days=2-3&kind=噪声");
        Assert.True(matching.Count > 5);
        Assert.Equal((matching.Count, matching.Count), ((int)heat["total"]!, (int)heat["count"]!));
        var table = await GetAsync($"/api/heatmaps/records.complaint/table?{Week}&by=street&hours=9-11&days=2-3");
        Assert.Equal(matching.Count, (int)table["total"]!);
        Assert.Contains("(HEAT-5)", (string)table["definition"]!, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await GetAsync($"/api/heatmaps/records.complaint?{Week}&kind=无"))["total"]!);
    }

    [Fact(DisplayName = "[HEAT-7] a comparison has both values as they are, difference, ratio and values an hour; what was nothing has no ratio")]
    public async Task Compare()
    {
        const string Then = "2026-03-02T00:00:00Z&againstTo=2026-03-04T00:00:00Z";
        foreach (var (layer, filter) in new[] { ("presence", ""), ("fixes", "&kind=officer&hours=8-17"), ("records.complaint", "&days=1-5") })
        {
            var now = Cells(await GetAsync($"/api/heatmaps/{layer}?from=2026-03-05T00:00:00Z&to=2026-03-06T00:00:00Z{filter}")).ToDictionary();
            var then = Cells(await GetAsync($"/api/heatmaps/{layer}?from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z{filter}")).ToDictionary();

            var both = await GetAsync($"/api/heatmaps/{layer}/compare?from=2026-03-05T00:00:00Z&to=2026-03-06T00:00:00Z&againstFrom={Then}{filter}");

            var (hours, thenHours) = filter.Contains("hours", StringComparison.Ordinal) ? (10m, 20m) : (24m, 48m);
            Assert.Equal((hours, thenHours), ((decimal)both["hours"]!, (decimal)both["againstHours"]!));
            Assert.Equal((now.Values.Sum(), then.Values.Sum()), ((decimal)both["total"]!, (decimal)both["againstTotal"]!));
            Assert.Equal(["cell", "value", "against", "difference", "ratio", "perHour", "againstPerHour"], both["columns"]!.AsArray().Select(name => (string)name!));
            Assert.Contains("(HEAT-7)", (string)both["definition"]!, StringComparison.Ordinal);
            Assert.Equal(now.Keys.Union(then.Keys).Order(), both["cells"]!.AsArray().Select(cell => (string)cell![0]!));
            Assert.Contains(both["cells"]!.AsArray(), cell => cell![4] is null);
            Assert.All(both["cells"]!.AsArray(), cell =>
            {
                var (a, b) = (now.GetValueOrDefault((string)cell![0]!), then.GetValueOrDefault((string)cell[0]!));
                Assert.Equal((a, b, a - b), ((decimal)cell[1]!, (decimal)cell[2]!, (decimal)cell[3]!));
                Assert.Equal(b == 0 ? null : Math.Round(a / b, 6), (decimal?)cell[4]);
                Assert.Equal((Math.Round(a / hours, 6), Math.Round(b / thenHours, 6)), ((decimal)cell[5]!, (decimal)cell[6]!));
            });
        }
    }

    [Fact(DisplayName = "[HEAT-8] [HEAT-9] hot spots of a place are those among all its cells, each whole; without a place, among cells with something and those near")]
    public async Task Hot_spots()
    {
        var shape = new[] { 121.395, 31.215, 121.43, 31.235 };
        var heat = Cells(await GetAsync($"/api/heatmaps/presence?{Week}&resolution=10")).ToDictionary(cell => H3(cell.Cell), cell => (long)(cell.Value * 1000));
        var inPlace = H3Polygon.Cells([[At(shape[1], shape[0]), At(shape[1], shape[2]), At(shape[3], shape[2]), At(shape[3], shape[0])]], 10, H3Containment.Center);
        await CheckSpotsAsync($"{Week}&resolution=10&ring=2&bbox={string.Join(',', shape)}", inPlace, 2);

        var near = heat.Keys.SelectMany(cell => Disk(cell, 1)).Distinct().Order().ToList();
        await CheckSpotsAsync($"{Week}&resolution=10&fdr=0.01", near, 1, 0.01);

        // Everywhere the same: nothing to find, and no number that is none.
        var nothing = await GetAsync("/api/heatmaps/presence/hotspots?from=2026-02-02T00:00:00Z&to=2026-02-03T00:00:00Z&bbox=121.40,31.22,121.42,31.23");
        Assert.Equal((0, 0, 0), ((int)nothing["hot"]!, (int)nothing["cold"]!, nothing["cells"]!.AsArray().Count));
        Assert.True((int)nothing["tested"]! > 10);

        async Task CheckSpotsAsync(string query, List<H3Cell> cells, int ring, double rate = 0.05)
        {
            var expected = HotSpots.Find(cells, [.. cells.Select(cell => heat.GetValueOrDefault(cell))], ring, rate);
            var answer = await GetAsync($"/api/heatmaps/presence/hotspots?{query}");
            Assert.NotEmpty(expected);
            Assert.Equal(
                (cells.Count, ring, rate, expected.Count(spot => spot.IsHot), expected.Count(spot => !spot.IsHot)),
                ((int)answer["tested"]!, (int)answer["ring"]!, (double)answer["fdr"]!, (int)answer["hot"]!, (int)answer["cold"]!));
            Assert.Equal(
                expected.Select(spot => (spot.Cell.ToString(), spot.Value / 1000m, spot.IsHot ? "hot" : "cold", Math.Round(spot.Z, 6), spot.P, spot.Q)),
                answer["cells"]!.AsArray().Select(cell => ((string)cell![0]!, (decimal)cell[1]!, (string)cell[2]!, (double)cell[3]!, (double)cell[4]!, (double)cell[5]!)));
            Assert.Contains("(HEAT-9)", (string)answer["definition"]!, StringComparison.Ordinal);
        }
    }

    [Theory(DisplayName = "[HEAT-10] uncovered demand is what setting every record against the presence of its cell and hour gives, by cell and by hour of the day")]
    [InlineData("", 60, 0, null, null)]
    [InlineData("&covered=600&ring=1", 600, 1, null, null)]
    [InlineData("&covered=30&patrolKind=officer&hours=7-19&days=1-6", 30, 0, "officer", "day")]
    [InlineData("&patrolKind=vehicle&patrolSquad=天山&bbox=121.40,31.22,121.41,31.225", 60, 0, "vehicle", "box")]
    public async Task Uncovered(string query, int covered, int ring, string? kind, string? part)
    {
        var patrols = _pieces.Where(piece => piece.PresenceMs > 0
            && (kind is null || piece.Unit.StartsWith(kind, StringComparison.Ordinal)) && (part != "box" || SquadOf(piece) == "天山")).ToList();
        var presence = patrols.GroupBy(piece => (piece.Cell.Parent(9), piece.Hour)).ToDictionary(pair => pair.Key, pair => pair.Sum(piece => piece.PresenceMs));
        var demand = _complaints.Where(row => part != "box" || row is { Lon: <= 121.41, Lat: <= 31.225 })
            .Select(row => (Cell: H3Cell.Of(row.Lat, row.Lon, 11).Parent(9), Hour: (int)(row.Ms / HourMs)))
            .Where(row => part != "day" || (LocalOf(row.Hour).Hour is >= 7 and <= 19 && LocalOf(row.Hour).DayOfWeek != DayOfWeek.Sunday))
            .Select(row => (row.Cell, row.Hour, IsUncovered: Disk(row.Cell, ring).Sum(near => presence.GetValueOrDefault((near, row.Hour))) < covered * 1000L))
            .ToList();

        var answer = await GetAsync($"/api/heatmaps/records.complaint/uncovered?{Week}{query}");

        Assert.True(demand.Count(row => row.IsUncovered) > 3 && demand.Exists(row => !row.IsUncovered));
        Assert.Equal(
            (demand.Count, demand.Count(row => row.IsUncovered), covered, ring),
            ((int)answer["total"]!, (int)answer["uncovered"]!, (int)answer["covered"]!, (int)answer["ring"]!));
        Assert.Equal(
            demand.GroupBy(row => row.Cell).OrderBy(group => group.Key).Select(group => (group.Key.ToString(), group.Count(), group.Count(row => row.IsUncovered),
                patrols.Where(piece => Disk(group.Key, ring).Contains(piece.Cell.Parent(9)) && (part != "day" || IsDay(piece.Hour))).Sum(piece => piece.PresenceMs) / 1000m)),
            answer["cells"]!.AsArray().Select(cell => ((string)cell![0]!, (int)cell[1]!, (int)cell[2]!, (decimal)cell[3]!)));
        Assert.Equal(Enumerable.Range(0, 24), answer["hours"]!.AsArray().Select(hour => (int)hour!["hour"]!));
        Assert.All(answer["hours"]!.AsArray(), hour =>
        {
            var ofHour = demand.Where(row => LocalOf(row.Hour).Hour == (int)hour!["hour"]!).ToList();
            Assert.Equal((ofHour.Count, ofHour.Count(row => row.IsUncovered)), ((int)hour!["demand"]!, (int)hour["uncovered"]!));
        });
        Assert.Contains("(HEAT-10)", (string)answer["definition"]!, StringComparison.Ordinal);

        static bool IsDay(int hour) => LocalOf(hour) is { Hour: >= 7 and <= 19, DayOfWeek: not DayOfWeek.Sunday };
    }

    [Fact(DisplayName = "[HEAT-10] uncovered demand by area is that of the cells whose centre is in it, with what is outside all areas, as JSON and as a table")]
    public async Task Uncovered_by_area()
    {
        await ImportStreetsAsync();
        var answer = await GetAsync($"/api/heatmaps/records.complaint/uncovered?{Week}&by=street");
        var cells = answer["cells"]!.AsArray().Select(cell => (Place: H3((string)cell![0]!).Center(), Demand: (int)cell[1]!, Uncovered: (int)cell[2]!)).ToList();
        var expected = Streets.Select(key =>
        {
            var within = cells.Where(cell => key == StreetOf(cell.Place)).ToList();
            return (key, within.Sum(cell => cell.Demand), within.Sum(cell => cell.Uncovered));
        }).ToList();
        Assert.All(expected, area => Assert.NotEqual(0, area.Item2));
        Assert.Equal(expected, answer["areas"]!.AsArray().Select(area => ((string?)area!["key"], (int)area["demand"]!, (int)area["uncovered"]!)));
        Assert.Equal((int)answer["total"]!, answer["areas"]!.AsArray().Sum(area => (int)area!["demand"]!));
        Assert.Contains("(AREA-2)", (string)answer["definition"]!, StringComparison.Ordinal);

        var csv = await _admin.GetStringAsync($"/api/heatmaps/records.complaint/uncovered?{Week}&by=street&format=csv&table=areas");
        Assert.Contains("街道,编号,需求,未覆盖,未覆盖比例\r\n", csv, StringComparison.Ordinal);
        Assert.Contains($"甲街道,甲,{expected[1].Item2},{expected[1].Item3},", csv, StringComparison.Ordinal);
        Assert.Contains($"区域外,,{expected[2].Item2},{expected[2].Item3},", csv, StringComparison.Ordinal);
        var problem = await (await _admin.GetAsync($"/api/heatmaps/records.complaint/uncovered?{Week}&format=csv&table=areas")).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["by"], problem.ErrorFields());
    }

    [Fact(DisplayName = "[HEAT-8] [HEAT-11] hot spots and rhythms come by area, too: of the cells whose centre is in it, with what is outside all areas, as JSON and as a table")]
    public async Task Spots_and_rhythm_by_area()
    {
        await ImportStreetsAsync();
        var spots = await GetAsync($"/api/heatmaps/presence/hotspots?{Week}&resolution=10&by=street");
        var cells = spots["cells"]!.AsArray().Select(cell => (Street: StreetOf(H3((string)cell![0]!).Center()), Value: (decimal)cell[1]!, IsHot: (string)cell[2]! == "hot")).ToList();
        Assert.True(cells.Select(cell => cell.Street).Distinct().Count() > 1);
        Assert.Equal(
            Streets.Select(key => (key, cells.Count(cell => cell.Street == key && cell.IsHot), cells.Count(cell => cell.Street == key && !cell.IsHot), cells.Where(cell => cell.Street == key && cell.IsHot).Sum(cell => cell.Value))),
            spots["areas"]!.AsArray().Select(area => ((string?)area!["key"], (int)area["hot"]!, (int)area["cold"]!, (decimal)area["value"]!)));
        var csv = await _admin.GetStringAsync($"/api/heatmaps/presence/hotspots?{Week}&resolution=10&by=street&format=csv&table=areas");
        Assert.Contains("街道,编号,热点网格数,冷点网格数,热点内合计\r\n", csv, StringComparison.Ordinal);
        Assert.Contains($"\r\n甲街道,甲,{cells.Count(cell => cell.Street == "甲" && cell.IsHot)},", csv, StringComparison.Ordinal);
        Assert.Contains("(AREA-2)", (string)spots["definition"]!, StringComparison.Ordinal);
        var withoutAreas = await GetAsync($"/api/heatmaps/presence/hotspots?{Week}&resolution=10");
        Assert.Null(withoutAreas["areas"]);
        Assert.DoesNotContain("(AREA-2)", (string)withoutAreas["definition"]!, StringComparison.Ordinal);
        Assert.Equal(["by"], (await (await _admin.GetAsync($"/api/heatmaps/presence/hotspots?{Week}&format=csv&table=areas")).ProblemAsync(HttpStatusCode.BadRequest)).ErrorFields());

        var rhythm = await GetAsync($"/api/heatmaps/fixes/rhythm?{Week}&by=street");
        Assert.Equal(Streets, rhythm["areas"]!.AsArray().Select(area => (string?)area!["key"]));
        Assert.Contains("(AREA-2)", (string)rhythm["definition"]!, StringComparison.Ordinal);
        foreach (var area in rhythm["areas"]!.AsArray())
        {
            var pieces = _pieces.Where(piece => StreetOf(piece.Cell.Center()) == (string?)area!["key"]).ToList();
            Assert.Equal(
                Enumerable.Range(0, 24).Select(hour => pieces.Where(piece => LocalOf(piece.Hour).Hour == hour).Sum(piece => (long)piece.Fixes)), area!["hours"]!.AsArray().Select(value => (long)value!));
            Assert.Equal(
                Enumerable.Range(1, 7).Select(day => pieces.Where(piece => LocalOf(piece.Hour).DayOfWeek == (DayOfWeek)(day % 7)).Sum(piece => (long)piece.Fixes)), area["days"]!.AsArray().Select(value => (long)value!));
        }

        Assert.Null((await GetAsync($"/api/heatmaps/fixes/rhythm?{Week}"))["areas"]);
        csv = await _admin.GetStringAsync($"/api/heatmaps/fixes/rhythm?{Week}&by=street&format=csv");
        Assert.StartsWith("小时,定位点数,乙街道,甲街道,区域外\r\n0,", csv.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains("\r\n星期（周一为1）,定位点数,乙街道,甲街道,区域外\r\n1,", csv, StringComparison.Ordinal);
    }

    /// <summary>In the order of the table; null is outside of both.</summary>
    private static readonly string?[] Streets = ["乙", "甲", null];

    private static string? StreetOf(LatLng place) => place.Latitude > 31.2249 ? null : place.Longitude > 121.4051 ? "乙" : "甲";

    private async Task ImportStreetsAsync()
    {
        static object Street(string key, double west, double east) => new
        {
            type = "Feature",
            geometry = new { type = "Polygon", coordinates = new[] { new double[][] { [west, 31.1], [east, 31.1], [east, 31.2249], [west, 31.2249], [west, 31.1] } } },
            properties = new { key, name = key + "街道" },
        };
        var imported = await _admin.PostAsJsonAsync("/api/areas/street/import", new { type = "FeatureCollection", features = new[] { Street("甲", 121.0, 121.4051), Street("乙", 121.4051, 122.0) } });
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync());
    }

    [Fact(DisplayName = "Cells go out as GeoJSON polygons that hold their centres, and as CSV that opens in Excel, with what the figures mean")]
    public async Task Exports()
    {
        foreach (var (path, columns) in new[]
        {
            ($"fixes?{Week}", 1), ($"presence/compare?{Week}&againstFrom=2026-02-02T00:00:00Z&againstTo=2026-02-03T00:00:00Z", 6),
            ($"presence/hotspots?{Week}&resolution=10", 5), ($"records.complaint/uncovered?{Week}", 4),
        })
        {
            var json = await GetAsync($"/api/heatmaps/{path}");
            var answer = await _admin.GetAsync($"/api/heatmaps/{path}&format=geojson");
            Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.MediaType);
            var collection = await answer.JsonAsync();
            Assert.Equal("FeatureCollection", (string)collection["type"]!);
            Assert.Equal((string)json["definition"]!, (string)collection["definition"]!);
            Assert.Equal(json["cells"]!.AsArray().Select(cell => (string)cell![0]!), collection["features"]!.AsArray().Select(feature => (string)feature!["properties"]!["cell"]!));
            Assert.NotEmpty(collection["features"]!.AsArray());
            Assert.All(collection["features"]!.AsArray(), feature =>
            {
                using var geometry = System.Text.Json.JsonDocument.Parse(feature!["geometry"]!.ToJsonString());
                var reading = Geo.GeoJson.GeometryReader.Read(geometry.RootElement);
                Assert.Empty(reading.Errors);
                Assert.True(reading.Shape!.Contains(H3((string)feature["properties"]!["cell"]!).Center()));
                Assert.Equal(columns + 1, feature["properties"]!.AsObject().Count);
            });

            var csvAnswer = await _admin.GetAsync($"/api/heatmaps/{path}&format=csv");
            var csv = await csvAnswer.Content.ReadAsByteArrayAsync();
            Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
            var lines = Encoding.UTF8.GetString(csv[3..]).Split("\r\n");
            Assert.StartsWith("网格,中心经度,中心纬度,坐标系,", lines[0], StringComparison.Ordinal);
            Assert.Equal(columns + 4, lines[0].Split(',').Length);
            Assert.Equal(json["cells"]!.AsArray().Count, Array.IndexOf(lines, "") - 1);
            Assert.StartsWith((string)json["cells"]![0]![0]! + ",121.4", lines[1], StringComparison.Ordinal);
            Assert.Contains(lines, line => line.StartsWith("口径,", StringComparison.Ordinal) && line.Contains("（HEAT-", StringComparison.Ordinal));
            Assert.EndsWith(".csv", csvAnswer.Content.Headers.ContentDisposition!.FileNameStar ?? csvAnswer.Content.Headers.ContentDisposition.FileName!, StringComparison.Ordinal);
        }

        var hours = await (await _admin.GetAsync($"/api/heatmaps/records.complaint/uncovered?{Week}&format=csv&table=hours")).Content.ReadAsStringAsync();
        Assert.Equal(25, Array.IndexOf(hours.Split("\r\n"), ""));
        var shifted = await GetAsync($"/api/heatmaps/fixes?{Week}&format=geojson&crs=gcj02");
        Assert.Equal("gcj02", (string)shifted["crs"]!);
    }

    [Theory(DisplayName = "What is wrong with a question about heat is named, on every path")]
    [InlineData("", "from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z", "to")]
    [InlineData("", "from=2999-01-01T00:00:00Z&to=2999-01-02T00:00:00Z", "from")]
    [InlineData("", "from=1926-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from to")]
    [InlineData("", "from=1989-12-31T00:00:00Z&to=1990-01-02T00:00:00Z", "from")]
    [InlineData("", Week + "&resolution=12", "resolution")]
    [InlineData("", Week + "&kind=bicycle", "kind")]
    [InlineData("", Week + "&squad=无此中队", "squad")]
    [InlineData("", Week + "&zone=nowhere", "zone")]
    [InlineData("", Week + "&polygon=121,31;122,31;122,32", "polygon")]
    [InlineData("", Week + "&hours=24&days=sunday", "days hours")]
    [InlineData("", Week + "&format=xml&crs=mars", "crs format")]
    [InlineData("/table", Week + "&by=street&hours=x", "hours")]
    [InlineData("/compare", Week, "againstFrom againstTo")]
    [InlineData("/compare", Week + "&againstFrom=2026-03-02T00:00:00Z&againstTo=2026-03-01T00:00:00Z", "againstTo")]
    [InlineData("/hotspots", Week + "&ring=6&fdr=0", "fdr ring")]
    [InlineData("/hotspots", Week + "&ring=0&fdr=NaN", "fdr ring")]
    public async Task Wrong(string path, string query, string fields)
    {
        foreach (var layer in new[] { "presence", "fixes" })
        {
            var problem = await (await _admin.GetAsync($"/api/heatmaps/{layer}{path}?{query}")).ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal(fields.Split(' '), problem.ErrorFields());
        }
    }

    [Theory(DisplayName = "What is wrong with a question about uncovered demand is named")]
    [InlineData("covered=0&ring=4&patrolKind=zone&patrolSquad=无&table=x", "covered patrolKind patrolSquad ring table")]
    [InlineData("theme=none", "theme")]
    public async Task Wrong_demand(string query, string fields)
    {
        var problem = await (await _admin.GetAsync($"/api/heatmaps/records.complaint/uncovered?{Week}&{query}")).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(fields.Split(' '), problem.ErrorFields());
        await (await _admin.GetAsync($"/api/heatmaps/presence/uncovered?{Week}")).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory(DisplayName = "A polygon that is none is refused with the place of the fault, and so is a name that no question has")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121.40,31.22],[121.42,31.23],[121.42,31.22],[121.40,31.23],[121.40,31.22]]]}""", "", "polygon.coordinates[0][0]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121.40,31.22],[121.42,31.23],[121.42,31.22]]]}""", "", "polygon.coordinates[0]")]
    [InlineData("""{"type":"Point","coordinates":[121.40,31.22]}""", "", "polygon")]
    [InlineData("7", "", "polygon")]
    [InlineData("""{"type":"Polygon","coordinates":[[[121.40,31.22],[121.42,31.22],[121.41,31.23],[121.40,31.22]]]}""", ",\"bbox\":\"121,31,122,32\"", "polygon")]
    [InlineData("null", ",\"resolutions\":7", "resolutions")]
    public async Task Wrong_polygon(string polygon, string more, string field)
    {
        foreach (var path in new[] { "presence", "presence/hotspots", "records.complaint/uncovered" })
        {
            using var content = Json($$"""{"from":"2026-03-02T00:00:00Z","to":"2026-03-09T00:00:00Z","polygon":{{polygon}}{{more}} }""");
            var problem = await (await _admin.PostAsync($"/api/heatmaps/{path}", content)).ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Contains(field, problem.ErrorFields());
        }
    }

    [Fact(DisplayName = "A polygon of 100,000 vertices counts like its circle; one more is refused by number")]
    public async Task Vast_polygon()
    {
        var circle = await PostAsync("/api/heatmaps/fixes", Ask(100_000));
        var few = _pieces.Where(piece => IsNear(piece)).Sum(piece => piece.Fixes);
        Assert.True(few > 10);
        Assert.Equal(few, (long)circle["total"]!);

        using var content = Json(Ask(100_001));
        var problem = await (await _admin.PostAsync("/api/heatmaps/fixes", content)).ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["polygon.coordinates"], problem.ErrorFields());
        Assert.Contains("100000 vertices", problem.ToJsonString(), StringComparison.Ordinal);

        static string Ask(int vertices)
        {
            var ring = Enumerable.Range(0, vertices).Append(0).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"[{121.41 + (0.005 * Math.Cos(2 * Math.PI * i / vertices)):R},{31.225 + (0.005 * Math.Sin(2 * Math.PI * i / vertices)):R}]"));
            return $$"""{"from":"2026-03-02T00:00:00Z","to":"2026-03-09T00:00:00Z","polygon":{"type":"Polygon","coordinates":[[{{string.Join(',', ring)}}]] } }""";
        }

        static bool IsNear(HeatPiece piece)
        {
            var centre = piece.Cell.Center();
            return Math.Sqrt(Math.Pow(centre.Longitude - 121.41, 2) + Math.Pow(centre.Latitude - 31.225, 2)) < 0.005;
        }
    }

    [Fact(DisplayName = "More cells than one answer has are refused before anything is read: a place too large for its resolution")]
    public async Task Too_many_cells()
    {
        foreach (var place in new[] { "bbox=-180,-90,180,90", "bbox=170,-20,-170,20", "bbox=115,25,125,35" })
        {
            await (await _admin.GetAsync($"/api/heatmaps/fixes/hotspots?{Week}&resolution=11&{place}")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        }

        Assert.Equal(842, (int)(await GetAsync($"/api/heatmaps/fixes/hotspots?{Week}&resolution=1&bbox=-180,-90,180,90"))["tested"]!);
    }

    [Fact(DisplayName = "Heat by kind waits for room among answers that hold tracks, and says that it is busy when there is none")]
    public async Task Busy()
    {
        using (await _host.Services.GetRequiredService<TrackReads>().HoldAsync(TrackReads.LongRoom, CancellationToken.None))
        {
            var answer = await _admin.GetAsync($"/api/heatmaps/fixes?{Week}&kind=officer");
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.True((await _admin.GetAsync($"/api/heatmaps/fixes?{Week}")).IsSuccessStatusCode);
        }

        Assert.True((await _admin.GetAsync($"/api/heatmaps/fixes?{Week}&kind=officer")).IsSuccessStatusCode);
    }

    [Fact(DisplayName = "[HEAT-6] [KEEP-1] heat by kind or squad of times whose tracks are no longer kept is refused and not told too low; that of the cube stays")]
    public async Task Forgotten()
    {
        await using var host = await week.StartAsync(settings => settings with { KeepTracks = TimeSpan.FromDays(3) });
        using var admin = await host.SignedInAsync();
        string From(double daysAgo) => $"{DateTimeOffset.UtcNow.AddDays(-daysAgo):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        foreach (var path in new[] { "presence?kind=officer", "records.case/uncovered?patrolKind=officer", $"fixes/compare?kind=drone&againstFrom={From(9)}&againstTo={From(8)}" })
        {
            var isCompared = path.Contains("compare", StringComparison.Ordinal);
            var problem = await (await admin.GetAsync($"/api/heatmaps/{path}&from={From(isCompared ? 2 : 4)}&to={From(1)}")).ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal([path.Contains("patrol", StringComparison.Ordinal) ? "patrolKind" : "kind"], problem.ErrorFields());
        }

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/api/heatmaps/presence?kind=officer&from={From(2)}&to={From(1)}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/api/heatmaps/presence?from={From(4)}&to={From(1)}")).StatusCode);
    }

    private async Task CheckAsync(string query, List<HeatPiece> pieces)
    {
        foreach (var (layer, valueOf) in new (string, Func<HeatPiece, decimal>)[] { ("fixes", piece => piece.Fixes), ("presence", piece => piece.PresenceMs / 1000m) })
        {
            var heat = await GetAsync($"/api/heatmaps/{layer}?{Week}&resolution=10{query}");
            Assert.Equal(
                pieces.GroupBy(piece => piece.Cell.Parent(10).ToString()).Select(cell => (cell.Key, cell.Sum(valueOf))).Where(cell => cell.Item2 != 0).Order(),
                Cells(heat));
            Assert.Equal((pieces.Sum(valueOf), pieces.Sum(piece => piece.Fixes)), ((decimal)heat["total"]!, (long)heat["count"]!));
        }
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        var answer = await _admin.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private async Task<JsonNode> PostAsync(string path, string json)
    {
        using var content = Json(json);
        var answer = await _admin.PostAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static List<(string Cell, decimal Value)> Cells(JsonNode heat)
        => [.. heat["cells"]!.AsArray().Select(cell => ((string)cell![0]!, (decimal)cell[1]!)).Order()];

    private static Geo.LatLng At(double latitude, double longitude) => Geo.LatLng.TryCreate(latitude, longitude, out var place) ? place : throw new ArgumentException("No position.");

    private static H3Cell H3(string text) => H3Cell.TryParse(text, out var cell) ? cell : throw new ArgumentException($"{text} is no cell.", nameof(text));

    private static H3Cell[] Disk(H3Cell cell, int ring)
    {
        var disk = new H3Cell[H3Cell.MaxDiskSize(ring)];
        return [.. disk.AsSpan(0, cell.Disk(ring, disk))];
    }

    private static string? SquadOf(HeatPiece piece) => HeatWeek.Units.Single(unit => unit.Id == piece.Unit).Squad;

    private static bool IsIn(HeatPiece piece, double west, double south, double east, double north)
        => piece.Cell.Center() is var centre && centre.Longitude >= west && centre.Longitude <= east && centre.Latitude >= south && centre.Latitude <= north;

    // Shanghai has had no other offset since 1991.
    private static DateTimeOffset Local(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToOffset(TimeSpan.FromHours(8));

    private static DateTimeOffset LocalOf(int utcHour) => Local(utcHour * HourMs);
}

public sealed class SqliteHeatTests(SqliteHeatWeek week) : HeatTests(week), IClassFixture<SqliteHeatWeek>;

public sealed class PostgresHeatTests(PostgresHeatWeek week) : HeatTests(week), IClassFixture<PostgresHeatWeek>;
