using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vantage.Support;

namespace Vantage.Host.Tests.RealData;

/// <summary>What an outside program does at the HTTP door. Waits by watermarks only.</summary>
internal sealed class HostDoor(HostProcess host)
{
    private static readonly DateTimeOffset ZonesFrom = new(2008, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The watermark of the last answer to a write.</summary>
    public string Watermark { get; private set; } = "";

    /// <exception cref="HttpRequestException">The host went away: nobody knows whether it took them.</exception>
    public async Task PostAsync(IReadOnlyList<CabRow> rows, bool asLines)
    {
        var items = rows.Select(row => string.Create(
            CultureInfo.InvariantCulture, $$"""{"unit":"{{row.Unit}}","time":"{{Iso(row.TimeMs)}}","lon":{{row.Lon}},"lat":{{row.Lat}}}"""));
        var text = asLines ? string.Join('\n', items) : $"[{string.Join(',', items)}]";
        using var body = new StringContent(text, Encoding.UTF8, asLines ? "application/x-ndjson" : "application/json");
        using var answer = await host.Client.PostAsync("/api/positions", body);
        var json = await answer.JsonAsync();
        Assert.True(answer.IsSuccessStatusCode, json.ToJsonString());
        Assert.Equal((rows.Count, 0), ((int)json["accepted"]!, json["rejected"]!.AsArray().Count));
        Mark(answer);
    }

    /// <param name="rules">A JSON array; null: none.</param>
    public async Task PutAsync(RandomZone zone, string? rules = null)
    {
        var feature = zone.Feature(ZonesFrom);
        feature["properties"]!["rules"] = rules is null ? null : JsonNode.Parse(rules);
        using var body = new StringContent(feature.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await host.Client.PutAsync($"/api/zones/{zone.Key}", body);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        Mark(answer);
    }

    /// <param name="phone">Of the vehicle's terminal; null: it has none.</param>
    public async Task RegisterAsync(string unit, string? phone = null)
    {
        var register = new JsonObject { ["name"] = unit };
        if (phone is not null)
        {
            register["devices"] = new JsonArray(new JsonObject { ["protocol"] = "jt808", ["key"] = phone });
        }

        using var body = new StringContent(register.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await host.Client.PutAsync("/api/units/" + unit, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Mark(answer);
    }

    /// <summary>Opens a replay of one place and closes it again.</summary>
    /// <param name="place"><c>zone</c> or <c>bbox</c>.</param>
    /// <returns>The units in it, as they are listed.</returns>
    public async Task<string[]> VisitorsAsync(string place, string value, long fromMs, long toMs)
    {
        var replay = new JsonObject { [place] = value, ["from"] = Iso(fromMs), ["to"] = Iso(toMs) };
        using var body = new StringContent(replay.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await host.Client.PostAsync("/api/replays?after=" + Uri.EscapeDataString(Watermark), body);
        var json = await answer.JsonAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, json.ToJsonString());
        (await host.Client.DeleteAsync($"/api/replays/{json["key"]}")).EnsureSuccessStatusCode();
        return [.. json["units"]!.AsArray().Select(unit => (string)unit!)];
    }

    /// <summary>Reads after all that this door was told, and after what others were.</summary>
    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await GetTextAsync(path)).RootElement;

    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> GetTextAsync(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            var join = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            using var answer = await host.Client.GetAsync($"{path}{join}after={Uri.EscapeDataString(Watermark)}");
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < 180)
            {
                continue; // It waited ten seconds for its readers already.
            }

            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return text;
        }
    }

    /// <summary>All pages of a list, as they came.</summary>
    public async Task<List<string>> PagesAsync(string path)
    {
        var pages = new List<string>();
        string? cursor = null;
        do
        {
            pages.Add(await GetTextAsync($"{path}?limit=1000" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))));
            cursor = (string?)JsonNode.Parse(pages[^1])!["cursor"];
        }
        while (cursor is not null);
        return pages;
    }

    /// <summary>All visits, page by page.</summary>
    public async Task<List<VisitSeen>> VisitsAsync()
    {
        var visits = new List<VisitSeen>();
        foreach (var page in (await PagesAsync("/api/visits")).Select(text => JsonDocument.Parse(text).RootElement))
        {
            visits.AddRange(page.GetProperty("items").EnumerateArray().Select(visit => new VisitSeen(
                visit.GetProperty("zone").GetString()!,
                visit.GetProperty("unit").GetString()!,
                Ms(visit, "from")!.Value,
                Ms(visit, "to"),
                Ms(visit, "lastInside")!.Value,
                Ms(visit, "enteredAt")!.Value,
                Ms(visit, "leftAt"),
                visit.GetProperty("passage").GetBoolean(),
                visit.GetProperty("zoneVersion").GetInt32())));
        }

        return visits;
    }

    /// <summary>A unit's whole track, in the order it came.</summary>
    public async Task<CabRow[]> TrackAsync(string unit, long fromMs, long toMs)
    {
        var track = await GetAsync($"/api/units/{unit}/track?from={Iso(fromMs)}&to={Iso(toMs)}");
        var (times, lons, lats) = (track.GetProperty("time"), track.GetProperty("lon"), track.GetProperty("lat"));
        Assert.Equal((times.GetArrayLength(), times.GetArrayLength()), (lons.GetArrayLength(), lats.GetArrayLength()));
        return [.. Enumerable.Range(0, times.GetArrayLength()).Select(i => new CabRow(
            times[i].GetInt64(), unit[(unit.IndexOf('/', StringComparison.Ordinal) + 1)..], WholeE7(lons[i]), WholeE7(lats[i])))];
    }

    /// <summary>Values by cell, and the total that the host says: fixes, or milliseconds of presence.</summary>
    public async Task<(Dictionary<string, long> Cells, long Total)> HeatAsync(string layer, int resolution, long fromMs, long toMs, string filter = "")
    {
        var heat = await GetAsync($"/api/heatmaps/{layer}?resolution={resolution}&from={Iso(fromMs)}&to={Iso(toMs)}{filter}");
        var scale = layer == "presence" ? 1000 : 1;
        return (
            heat.GetProperty("cells").EnumerateArray().ToDictionary(
                cell => cell[0].GetString()!, cell => (long)(cell[1].GetDecimal() * scale), StringComparer.Ordinal),
            (long)(heat.GetProperty("total").GetDecimal() * scale));
    }

    private static int WholeE7(JsonElement degrees)
    {
        var e7 = degrees.GetDecimal() * 10_000_000m;
        Assert.Equal(decimal.Truncate(e7), e7);
        return (int)e7;
    }

    private static long? Ms(JsonElement item, string name)
        => item.TryGetProperty(name, out var time) && time.ValueKind != JsonValueKind.Null ? time.GetDateTimeOffset().ToUnixTimeMilliseconds() : null;

    public static string Iso(long ms)
        => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void Mark(HttpResponseMessage answer) => Watermark = Assert.Single(answer.Headers.GetValues("Vantage-Watermark"));
}
