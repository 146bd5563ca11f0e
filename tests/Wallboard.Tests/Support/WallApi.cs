using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Vantage.Wallboard.Tests;

/// <summary>Asks the host directly, to compare what the wall shows with what there is.</summary>
internal sealed class WallApi : IDisposable
{
    private const int FewestOnline = 15;

    private readonly HttpClient _http;

    private WallApi(Uri address) => _http = new HttpClient(
        new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() })
    { BaseAddress = address };

    /// <param name="password">Null: a post of the demonstration.</param>
    public static async Task<WallApi> SignInAsync(Uri address, string user, string? password = null)
    {
        var api = new WallApi(address);
        await api.PostAsync("/api/session", password is null ? new { user } : new { user, password });
        return api;
    }

    public async Task PutAsync(string path, object body)
    {
        using var answer = await _http.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What is answered; null: nothing is.</summary>
    public async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await _http.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonNode> GetAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative)))!;

    /// <summary>All rows of a paged list, or all features of a GeoJSON collection.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path)
    {
        var rows = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await GetAsync(cursor is null ? path : $"{path}{separator}cursor={Uri.EscapeDataString(cursor)}");
            rows.AddRange((page["items"] ?? page["features"])!.AsArray().Select(row => row!));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);
        return rows;
    }

    /// <summary>Whether the demonstration's devices report of now.</summary>
    public async Task<bool> IsLiveAsync()
    {
        var summary = await GetAsync("/api/overview");
        var online = (int)summary["officers"]!["online"]! + (int)summary["vehicles"]!["online"]!;
        return online >= FewestOnline && summary["dataTime"] is { } time && (long)summary["time"]! - (long)time < 20_000;
    }

    public void Dispose() => _http.Dispose();
}
