using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Vantage.Host.Basemaps;

/// <summary>The base map of a server in the house: its pictures are fetched by this host, so that no browser asks anybody else, and kept for a while.</summary>
internal sealed class AddressBasemap : Basemap, IDisposable
{
    public const int MostTileBytes = 2 << 20;

    private const int MostCachedBytes = 64 << 20;
    private const int MostAtOnce = 8;
    private const int MostWaiting = 256;

    private static readonly TimeSpan KeptWithoutWord = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeptAtMost = TimeSpan.FromDays(7);
    private static readonly TimeSpan NothingKept = TimeSpan.FromMinutes(10);

    private readonly TileAddress _address;
    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly TileCache _cache = new(MostCachedBytes);
    private readonly ConcurrentDictionary<TileId, Lazy<Task<Tile?>>> _underWay = new();
    private volatile bool _hasGivenOne;
    private volatile StrongBox<TileId>? _toTryAgain;

    public AddressBasemap(BasemapSettings settings, BasemapHealth health, TimeProvider time, TimeSpan timeout)
        : base(settings, health)
    {
        (_address, _time, _timeout) = (settings.Address!, time, timeout);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // Nothing but the address that was configured.
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = MostAtOnce,
            ConnectTimeout = timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each fetch has its own.
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Vantage");
        // Another address: other tiles. It tells nothing of the address.
        Revision = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_address.For(default)} {settings.Crs}")))[..12];
    }

    private string Revision { get; }

    public override BasemapInfo Look()
    {
        if (Health.Since is not null && _toTryAgain is { Value: var tile } && Health.Admits())
        {
            // Where tiles are is not known: the one that holds it is there more likely.
            _toTryAgain = new(tile.Z > 0 && !_hasGivenOne ? tile.Parent : tile);
            _ = FetchOnceAsync(tile);
        }

        return new BasemapInfo(null, 0, Settings.MaxZoom, null, Settings.Attribution, Revision);
    }

    public override async ValueTask<Tile?> ReadAsync(TileId tile, CancellationToken cancellationToken)
    {
        if (_cache.Find(tile) is { } kept && kept.FreshUntil > _time.GetUtcNow())
        {
            return kept.Tile;
        }

        return _underWay.Count < MostWaiting && Health.Admits()
            ? await FetchOnceAsync(tile).WaitAsync(cancellationToken)
            : _cache.Find(tile)?.Tile;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Several walls look at the same place: what is under way serves them all, whoever leaves.</summary>
    private Task<Tile?> FetchOnceAsync(TileId tile) => _underWay.GetOrAdd(tile, id => new Lazy<Task<Tile?>>(() => FetchAsync(id))).Value;

    private async Task<Tile?> FetchAsync(TileId id)
    {
        await Task.Yield(); // The task is kept before it can end.
        try
        {
            using var timeout = new CancellationTokenSource(_timeout, _time);
            return await AskAsync(id, _cache.Find(id), timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return Failed(id, "it did not answer in time");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return Failed(id, broken is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request ? request.HttpRequestError.ToString() : "the connection broke");
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }

    private async Task<Tile?> AskAsync(TileId id, FetchedTile? kept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address.For(id));
        request.Headers.Authorization = _address.Credentials;
        request.Headers.Accept.ParseAdd("image/png, image/jpeg, image/webp, image/*;q=0.5");
        if (kept?.EntityTag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        request.Headers.IfModifiedSince = kept?.LastModified;
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var status = (int)answer.StatusCode;
        if (answer.StatusCode == HttpStatusCode.NotModified && kept is not null)
        {
            return Took(id, kept with { FreshUntil = FreshUntil(answer) });
        }

        // A WMTS answers 400 for what lies beyond its edge.
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.NoContent or HttpStatusCode.BadRequest)
        {
            return _hasGivenOne ? Took(id, new FetchedTile(Tile.Nothing, _time.GetUtcNow() + NothingKept, null, null))
                : Failed(id, $"it has not given one tile yet, and answers {status}");
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return Failed(id, $"it answers {status}");
        }

        if (await BytesAsync(answer.Content, cancellationToken) is not { } bytes)
        {
            return Failed(id, $"a tile has more than {MostTileBytes} bytes");
        }

        if (PictureType(bytes) is not { } type)
        {
            return Failed(id, "what it answers is no PNG, JPEG, WebP or GIF");
        }

        _hasGivenOne = true;
        return Took(id, new FetchedTile(
            new Tile(bytes, type), FreshUntil(answer), answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified));
    }

    private Tile Took(TileId id, FetchedTile fetched)
    {
        Health.Succeeded();
        _cache.Keep(id, fetched);
        return fetched.Tile;
    }

    /// <summary>An old picture is better than none.</summary>
    private Tile? Failed(TileId id, string why)
    {
        if (Health.Since is null)
        {
            _toTryAgain = new(id);
        }

        Health.Failed($"{_address.Server}: {why}.");
        return _cache.Find(id)?.Tile;
    }

    private DateTimeOffset FreshUntil(HttpResponseMessage answer)
    {
        var now = _time.GetUtcNow();
        var control = answer.Headers.CacheControl;
        var age = control is { NoStore: true } or { NoCache: true } ? TimeSpan.Zero
            : control?.MaxAge ?? (answer.Content.Headers.Expires is { } expires ? expires - now : KeptWithoutWord);
        return now + (age < TimeSpan.Zero ? TimeSpan.Zero : age > KeptAtMost ? KeptAtMost : age);
    }

    private static async Task<byte[]?> BytesAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MostTileBytes)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (bytes.Length + read > MostTileBytes)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    /// <summary>By its first bytes: a page that says "sign in" comes as 200 and image/png, too.</summary>
    private static string? PictureType(ReadOnlySpan<byte> bytes)
        => bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? "image/png"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
            : bytes.StartsWith("GIF8"u8) ? "image/gif"
            : bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
            : null;
}
