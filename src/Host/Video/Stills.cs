using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Vantage.Host.Video;

/// <summary>A picture of a camera.</summary>
/// <param name="TakenAt">As its sender says; otherwise when it came.</param>
internal sealed record Still(byte[] Bytes, string ContentType, DateTimeOffset TakenAt);

/// <summary>The newest picture that can be had.</summary>
/// <param name="Still">Null: there is none.</param>
/// <param name="Problem">Why there is no newer one, as a code; null: it is new.</param>
internal readonly record struct StillAnswer(Still? Still, string? Problem);

/// <summary>Newest pictures of cameras: fetched once for all who ask, at most once a second, the last good one kept. Thread-safe.</summary>
internal sealed class Stills(TimeProvider time, VideoMetrics metrics)
{
    /// <summary>What all pictures that are kept may take.</summary>
    private const long MaxKeptBytes = 256L << 20;

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private long _keptBytes;

    /// <param name="camera">By key.</param>
    /// <param name="source">Where it is fetched; another one than before makes the old picture another camera's.</param>
    /// <param name="fetch">Throws a <see cref="VideoProblem"/> when there is none.</param>
    public Task<StillAnswer> NewestAsync(string camera, string source, Func<Task<Still>> fetch)
    {
        var slot = _slots.GetOrAdd(camera, _ => new Slot());
        lock (slot)
        {
            if (slot.Source != source)
            {
                Interlocked.Add(ref _keptBytes, -(slot.Last?.Bytes.Length ?? 0));
                (slot.Source, slot.Last, slot.Problem, slot.TriedAt, slot.Running) = (source, null, null, null, null);
            }

            slot.AskedAt = time.GetTimestamp();
            if (slot.Running is { } running)
            {
                return running;
            }

            if (slot.TriedAt is { } tried && time.GetElapsedTime(tried) < LeastPause)
            {
                return Task.FromResult(new StillAnswer(slot.Last, slot.Problem));
            }

            slot.TriedAt = time.GetTimestamp();
            return slot.Running = FetchAsync(slot, source, fetch);
        }
    }

    private async Task<StillAnswer> FetchAsync(Slot slot, string source, Func<Task<Still>> fetch)
    {
        await Task.Yield(); // Whoever began it holds the slot.
        Still? fetched = null;
        string? problem = null;
        try
        {
            fetched = await fetch();
            metrics.OnSnapshot();
        }
        catch (VideoProblem failed)
        {
            problem = failed.Code;
            metrics.OnSnapshotFailed(failed.Code);
        }
        finally
        {
            lock (slot)
            {
                if (slot.Source == source)
                {
                    slot.Running = null;
                    slot.Problem = problem;
                    if (fetched is not null && slot.Last is { } last && fetched.Bytes.AsSpan().SequenceEqual(last.Bytes))
                    {
                        fetched = last; // The very same: a gateway gives what it kept, and does not say since when.
                    }
                    else if (fetched is not null)
                    {
                        Interlocked.Add(ref _keptBytes, fetched.Bytes.Length - (slot.Last?.Bytes.Length ?? 0));
                        slot.Last = fetched;
                    }
                }
            }
        }

        StayWithin();
        lock (slot)
        {
            return new StillAnswer(fetched ?? (slot.Source == source ? slot.Last : null), problem);
        }
    }

    /// <summary>Drops the pictures that nobody has asked for the longest.</summary>
    private void StayWithin()
    {
        while (Interlocked.Read(ref _keptBytes) > MaxKeptBytes && _slots.Values.Where(slot => slot.Last is not null).MinBy(slot => slot.AskedAt) is { } oldest)
        {
            lock (oldest)
            {
                Interlocked.Add(ref _keptBytes, -(oldest.Last?.Bytes.Length ?? 0));
                oldest.Last = null;
            }
        }
    }

    private sealed class Slot
    {
        public string? Source { get; set; }

        public Still? Last { get; set; }

        public string? Problem { get; set; }

        public long? TriedAt { get; set; }

        public long AskedAt { get; set; }

        public Task<StillAnswer>? Running { get; set; }
    }
}

/// <summary>Fetches pictures over HTTP: within a time and a size, from the host that it was asked of and from no other.</summary>
internal sealed class PictureFetch(TimeProvider time) : IDisposable
{
    public const int MaxBytes = 4 << 20;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxRedirects = 3;
    private const int MaxAtOnce = 64;

    private readonly SemaphoreSlim _atOnce = new(MaxAtOnce);
    private readonly HttpClient _http = new(Handler()) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A client's handler that keeps nothing, goes nowhere by itself, and asks no proxy.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    /// <exception cref="VideoProblem">There is none, and why.</exception>
    public async Task<Still> FetchAsync(Uri address)
    {
        await _atOnce.WaitAsync();
        using var late = new CancellationTokenSource(Patience, time);
        try
        {
            return await FollowAsync(address, late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new VideoProblem(VideoProblem.Timeout, $"No picture came within {Patience.TotalSeconds:0} s.");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new VideoProblem(VideoProblem.Unreachable, "The address of its pictures could not be reached.");
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _atOnce.Dispose();
    }

    /// <summary>What came, when it is a picture.</summary>
    public static async Task<Still> ReadAsync(HttpResponseMessage answer, DateTimeOffset now, CancellationToken cancelled)
    {
        if (answer.Content.Headers.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }

        using var bytes = new MemoryStream();
        var piece = new byte[64 * 1024];
        await using var body = await answer.Content.ReadAsStreamAsync(cancelled);
        while (await body.ReadAsync(piece, cancelled) is > 0 and var count)
        {
            bytes.Write(piece, 0, count);
            if (bytes.Length > MaxBytes)
            {
                throw TooLarge();
            }
        }

        var picture = bytes.ToArray();
        var type = picture.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? "image/jpeg"
            : picture.AsSpan().StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
            : throw new VideoProblem(VideoProblem.NotAPicture, "What came is neither JPEG nor PNG.");
        var takenAt = answer.Content.Headers.LastModified is { } said && said < now ? said : now;
        return new Still(picture, type, takenAt);
    }

    private static VideoProblem TooLarge() => new(VideoProblem.NotAPicture, $"What came has more than {MaxBytes >> 20} MB.");

    private async Task<Still> FollowAsync(Uri address, CancellationToken cancelled)
    {
        var asked = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(asked) { UserName = "", Password = "" }.Uri);
            if (address.UserInfo.Length > 0)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
            }

            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
            if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } location && redirects < MaxRedirects)
            {
                asked = new Uri(asked, location);
                if (asked.Host != address.Host || (asked.Scheme != address.Scheme && asked.Scheme != Uri.UriSchemeHttps))
                {
                    throw new VideoProblem(VideoProblem.Refused, "Its pictures are said to be on another host, which is not asked.");
                }

                continue;
            }

            return answer.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(answer, time.GetUtcNow(), cancelled)
                : throw new VideoProblem(VideoProblem.Refused, $"The address of its pictures answered {(int)answer.StatusCode}.");
        }
    }
}
