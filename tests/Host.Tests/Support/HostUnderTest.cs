using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vantage.Host.Settings;
using Vantage.Host.Startup;

namespace Vantage.Host.Tests;

/// <summary>The real host on a free port of loopback, with real storage in a folder of its own.</summary>
public sealed class HostUnderTest : IAsyncDisposable
{
    public const string AdminPassword = "correct horse battery";

    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private HostUnderTest(WebApplication app, string folder, bool ownsFolder, StringWriter output)
    {
        (_app, Folder, _ownsFolder, Output) = (app, folder, ownsFolder, output);
        Address = new Uri($"http://127.0.0.1:{HostRun.FirstPort(app)}");
    }

    public Uri Address { get; }

    public string Folder { get; }

    internal StringWriter Output { get; }

    public IServiceProvider Services => _app.Services;

    internal static async Task<HostUnderTest> StartAsync(
        Func<HostSettings, HostSettings>? configure = null, string? folder = null, Action<IServiceCollection>? parts = null)
    {
        var isOwn = folder is null;
        folder ??= Directory.CreateTempSubdirectory("vantage-host-").FullName;
        var settings = new HostSettings
        {
            DataFolder = folder,
            Addresses = [new ListenAddress("127.0.0.1", IPAddress.Loopback, 0, IsHttps: false)],
            Jt808Port = 0,
            AdminPassword = AdminPassword,
            SignInsPerMinute = 10_000,
        };
        var output = new StringWriter();
        var app = VantageApp.Build(
            configure?.Invoke(settings) ?? settings,
            new HostParts((services, s) =>
            {
                Composition.AddParts(services, s, new LocalModule());
                parts?.Invoke(services);
            }),
            output);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new HostUnderTest(app, folder, isOwn, output);
    }

    /// <summary>A client of its own cookies, not signed in.</summary>
    public HttpClient Stranger() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseProxy = false }) { BaseAddress = Address };

    /// <summary>A client signed in as a person.</summary>
    public async Task<HttpClient> SignedInAsync(string user = "admin", string password = AdminPassword)
    {
        var client = Stranger();
        (await client.PostAsJsonAsync("/api/session", new { user, password })).EnsureSuccessStatusCode();
        return client;
    }

    /// <summary>What a browser sends that is signed in: the cookie of a session.</summary>
    public async Task<string> CookieAsync(string user = "admin", string password = AdminPassword)
    {
        using var client = Stranger();
        var answer = await client.PostAsJsonAsync("/api/session", new { user, password });
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>A client with a token of these rights.</summary>
    public async Task<HttpClient> WithTokenAsync(params string[] rights)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(rights));
        return client;
    }

    public async Task<string> TokenAsync(params string[] rights)
    {
        using var admin = await SignedInAsync();
        var answer = await admin.PostAsJsonAsync("/api/tokens", new { name = "test", rights });
        return (string)(await answer.JsonAsync())["token"]!;
    }

    /// <summary>Makes a person at a post, and signs in as that person.</summary>
    public async Task<HttpClient> AtPostAsync(string post)
    {
        var user = "at-" + post.Replace("/", "-", StringComparison.Ordinal).Replace("@", "-", StringComparison.Ordinal);
        using var admin = await SignedInAsync();
        (await admin.PutAsJsonAsync($"/api/accounts/{user}", new { name = user, post, password = "long enough" })).EnsureSuccessStatusCode();
        return await SignedInAsync(user, "long enough");
    }

    public Task StopAsync()
    {
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication(); // As SIGTERM does.
        return _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

internal static class Answers
{
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return JsonNode.Parse(text) ?? throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
    }

    /// <summary>Asserts an RFC 9457 problem and gives it.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} instead of {(int)status}: {await answer.Content.ReadAsStringAsync()}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.JsonAsync();
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.StartsWith("urn:vantage:problem:", (string)problem["type"]!, StringComparison.Ordinal);
        return problem;
    }

    public static string[] ErrorFields(this JsonNode problem) => [.. problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal)];
}

/// <summary>One host for all tests of a class that leave it as they found it.</summary>
public class SharedHost : IAsyncLifetime
{
    public HostUnderTest Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await HostUnderTest.StartAsync(settings => settings with { Database = NewDatabase() });

    public virtual async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Null: SQLite.</summary>
    protected virtual string? NewDatabase() => null;
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class SharedPostgresHost : SharedHost
{
    private readonly OwnPostgres _own = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _own.Dispose();
    }

    protected override string? NewDatabase() => _own.Server.NewDatabase();
}
