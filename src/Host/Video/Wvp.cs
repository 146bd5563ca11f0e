using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vantage.Host.Web;

namespace Vantage.Host.Video;

/// <summary>A channel of a GB/T 28181 device, as the gateway knows it.</summary>
/// <param name="Place">In degrees and in the system that its device reports in; null: it has none.</param>
/// <param name="CanTurn">Whether the gateway says that it has a pan-tilt head, or does not know.</param>
internal sealed record WvpChannel(string Device, string Channel, string Name, bool IsOnline, (double Longitude, double Latitude)? Place, bool IsGcj02, bool CanTurn)
{
    /// <summary>The key of its camera: channels of different devices may have the same number.</summary>
    public string Key => $"{Device}_{Channel}";
}

/// <summary>All channels of a gateway at one moment.</summary>
internal sealed class WvpCatalog(IReadOnlyList<WvpChannel> channels)
{
    public static WvpCatalog Empty { get; } = new([]);

    private readonly FrozenDictionary<string, WvpChannel> _byKey = channels.DistinctBy(each => each.Key).ToFrozenDictionary(each => each.Key, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, WvpChannel?> _byChannel = channels.GroupBy(each => each.Channel, StringComparer.Ordinal)
        .ToFrozenDictionary(same => same.Key, same => same.Count() == 1 ? same.First() : null, StringComparer.Ordinal);

    public IReadOnlyList<WvpChannel> Channels { get; } = channels;

    /// <summary>A camera's channel: by device and channel, or by the channel's number when only one device has it.</summary>
    public WvpChannel? Find(string camera) => _byKey.GetValueOrDefault(camera) ?? _byChannel.GetValueOrDefault(camera);
}

/// <summary>Talks to a wvp-GB28181-pro. Every failure is a <see cref="VideoProblem"/>. Thread-safe.</summary>
/// <remarks>It answers 200 whatever became of a call: <c>code</c> tells. Who called without a valid token is told 401, as code or as status.</remarks>
internal sealed class WvpClient(WvpAddress gateway, TimeProvider time, VideoMetrics metrics) : IDisposable
{
    private const int MaxAnswerBytes = 8 << 20;
    private const int PageSize = 100;
    private const int MaxDevices = 5000;
    private const int MaxChannels = 20_000;
    private const int MaxWords = 200;

    /// <summary>The gateway itself waits up to 18 s for a device.</summary>
    private static readonly TimeSpan PlayPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>After a refused sign-in: one that is tried again and again is locked.</summary>
    private static readonly TimeSpan SignInPause = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(PictureFetch.Handler())
    {
        BaseAddress = new Uri(gateway.Address.AbsoluteUri.TrimEnd('/') + '/'),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly SemaphoreSlim _signingIn = new(1);
    private volatile string? _token;
    private VideoProblem? _refused;
    private long _refusedAt;

    public void Dispose()
    {
        _http.Dispose();
        _signingIn.Dispose();
    }

    /// <summary>Asks for a stream; the addresses by the names that the gateway gives them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PlayAsync(WvpChannel channel, CancellationToken cancelled)
    {
        using var answer = await CallAsync($"api/play/start/{Path(channel)}", PlayPatience, cancelled);
        return DataOf(answer) is { ValueKind: JsonValueKind.Object } data
            ? data.EnumerateObject().Where(each => each.Value.TryGetText() is not null)
                .DistinctBy(each => each.Name, StringComparer.Ordinal).ToDictionary(each => each.Name, each => each.Value.TryGetText()!, StringComparer.Ordinal)
            : throw Refused("It named no stream.");
    }

    public Task StopAsync(WvpChannel channel, CancellationToken cancelled) => DoAsync($"api/play/stop/{Path(channel)}", cancelled);

    public Task TurnAsync(WvpChannel channel, string command, double speed, CancellationToken cancelled)
    {
        var (turn, zoom) = ((int)Math.Max(1, Math.Round(speed * 255)), (int)Math.Max(1, Math.Round(speed * 15)));
        return DoAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"api/front-end/ptz/{Path(channel)}?command={command.Replace("-", "", StringComparison.Ordinal)}&horizonSpeed={turn}&verticalSpeed={turn}&zoomSpeed={zoom}"),
            cancelled);
    }

    public async Task<IReadOnlyList<(string Id, string Name)>> PresetsAsync(WvpChannel channel, CancellationToken cancelled)
    {
        using var answer = await CallAsync($"api/front-end/preset/query/{Path(channel)}", Patience, cancelled);
        return DataOf(answer) is not { ValueKind: JsonValueKind.Array } data ? [] : [.. data.EnumerateArray()
            .Select(each => (Id: TextOf(each, "presetId"), Name: TextOf(each, "presetName")))
            .Where(each => each.Id is not null).Select(each => (each.Id!, each.Name ?? each.Id!))];
    }

    public Task CallPresetAsync(WvpChannel channel, string preset, CancellationToken cancelled)
        => DoAsync($"api/front-end/preset/call/{Path(channel)}?presetId={Uri.EscapeDataString(preset)}", cancelled);

    /// <summary>The newest picture that the gateway has of a channel.</summary>
    public async Task<Still> SnapAsync(WvpChannel channel)
    {
        using var late = new CancellationTokenSource(PictureFetch.Patience, time);
        return await GuardAsync(
            async cancelled =>
            {
                for (var again = false; ; again = true)
                {
                    using var answer = await SendAsync($"api/device/query/snap/{Path(channel)}", cancelled);
                    if (answer.Content.Headers.ContentType?.MediaType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true && answer.IsSuccessStatusCode)
                    {
                        return await PictureFetch.ReadAsync(answer, time.GetUtcNow(), cancelled);
                    }

                    using var said = await TryReadAsync(answer, cancelled);
                    if (!IsSignInNeeded(answer, said) || again || gateway.ApiKey is not null)
                    {
                        throw new VideoProblem(VideoProblem.Refused, WordsOf(answer, said));
                    }

                    _token = null;
                }
            },
            late.Token,
            late.Token);
    }

    /// <summary>All devices and their channels.</summary>
    public async Task<WvpCatalog> ReadCatalogAsync(CancellationToken cancelled)
    {
        var channels = new List<WvpChannel>();
        await foreach (var device in PagesAsync("api/device/query/devices", MaxDevices, cancelled))
        {
            if (TextOf(device, "deviceId") is not { } id)
            {
                continue;
            }

            var (isOnline, isGcj02) = (Truth(device, "onLine"), TextOf(device, "geoCoordSys") == "GCJ02");
            await foreach (var channel in PagesAsync($"api/device/query/devices/{Uri.EscapeDataString(id)}/channels", MaxChannels, cancelled))
            {
                if (ChannelOf(channel, id, isOnline, isGcj02) is { } read && channels.Count < MaxChannels)
                {
                    channels.Add(read);
                }
            }
        }

        return new WvpCatalog(channels);
    }

    /// <summary>Older gateways name the device in <c>deviceId</c> and the channel in <c>channelId</c>; newer ones the channel in <c>deviceId</c>.</summary>
    private static WvpChannel? ChannelOf(JsonElement json, string device, bool isDeviceOnline, bool isGcj02)
    {
        // Administrative districts and groups are channels too, without a picture.
        if ((TextOf(json, "channelId") ?? TextOf(json, "deviceId")) is not { } id || NumberOf(json, "channelType") is > 0)
        {
            return null;
        }

        var (wgsLon, wgsLat) = (NumberOf(json, "longitudeWgs84"), NumberOf(json, "latitudeWgs84"));
        var isWgs84 = IsPlace(wgsLon, wgsLat); // Some versions have worked it out already.
        var (lon, lat) = isWgs84 ? (wgsLon, wgsLat) : (NumberOf(json, "longitude"), NumberOf(json, "latitude"));
        return new WvpChannel(
            device, id, TextOf(json, "name") ?? id, isDeviceOnline && IsOn(json), IsPlace(lon, lat) ? (lon!.Value, lat!.Value) : null, isGcj02 && !isWgs84,
            NumberOf(json, "ptzType") is not 3);

        static bool IsPlace(double? lon, double? lat) => lon is >= -180 and <= 180 and not 0 && lat is >= -90 and <= 90 and not 0;

        static bool IsOn(JsonElement json) => TextOf(json, "status") is { } word ? word is "ON" or "1" or "true" : NumberOf(json, "status") is 1 || Truth(json, "status");
    }

    private async IAsyncEnumerable<JsonElement> PagesAsync(
        string path, int most, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        for (int page = 1, read = 0; read < most; page++)
        {
            using var answer = await CallAsync(string.Create(CultureInfo.InvariantCulture, $"{path}?page={page}&count={PageSize}"), Patience, cancelled);
            if (DataOf(answer) is not { ValueKind: JsonValueKind.Object } data || !data.TryGetProperty("list", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                throw Refused("It gave no list.");
            }

            foreach (var row in list.EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Object))
            {
                yield return row;
            }

            read += list.GetArrayLength();
            if (list.GetArrayLength() < PageSize || read >= NumberOf(data, "total"))
            {
                yield break;
            }
        }
    }

    private async Task DoAsync(string path, CancellationToken cancelled) => (await CallAsync(path, Patience, cancelled)).Dispose();

    /// <summary>Calls, signs in anew when it has to, and gives an answer whose code is 0.</summary>
    private async Task<JsonDocument> CallAsync(string path, TimeSpan patience, CancellationToken cancelled)
    {
        using var clock = new CancellationTokenSource(patience, time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancelled, clock.Token);
        return await GuardAsync(
            async token =>
            {
                for (var again = false; ; again = true)
                {
                    using var answer = await SendAsync(path, token);
                    var said = await TryReadAsync(answer, token);
                    if (said is not null && CodeOf(said) == 0)
                    {
                        return said;
                    }

                    using (said)
                    {
                        if (!IsSignInNeeded(answer, said) || again || gateway.ApiKey is not null)
                        {
                            throw Refused(WordsOf(answer, said));
                        }
                    }

                    _token = null;
                }
            },
            late.Token,
            cancelled);
    }

    private async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken late, CancellationToken cancelled)
    {
        try
        {
            return await work(late);
        }
        catch (VideoProblem problem)
        {
            metrics.OnGatewayFailed(problem.Code);
            throw;
        }
        catch (OperationCanceledException) when (late == cancelled || !cancelled.IsCancellationRequested)
        {
            metrics.OnGatewayFailed(VideoProblem.Timeout);
            throw new VideoProblem(VideoProblem.Timeout, "The video gateway did not answer in time.");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            metrics.OnGatewayFailed(VideoProblem.GatewayUnreachable);
            throw new VideoProblem(VideoProblem.GatewayUnreachable, $"The video gateway at {gateway} is not reachable.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (gateway.ApiKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("api-key", key);
        }
        else
        {
            request.Headers.TryAddWithoutValidation("access-token", _token ?? await SignInAsync(cancelled));
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
    }

    private async Task<string> SignInAsync(CancellationToken cancelled)
    {
        await _signingIn.WaitAsync(cancelled);
        try
        {
            if (_token is { } known)
            {
                return known; // Another caller was first.
            }

            if (_refused is { } refused && time.GetElapsedTime(_refusedAt) < SignInPause)
            {
                throw new VideoProblem(refused.Code, refused.Message);
            }

#pragma warning disable CA5351 // It is what the gateway asks for, not what we would choose.
            var hash = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(gateway.Password!)));
#pragma warning restore CA5351
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/user/login?username={Uri.EscapeDataString(gateway.User!)}&password={hash}");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
            using var said = await TryReadAsync(answer, cancelled);
            var token = said is null || CodeOf(said) != 0 ? null
                : DataOf(said) is { ValueKind: JsonValueKind.Object } data && TextOf(data, "accessToken") is { } inBody ? inBody
                : answer.Headers.TryGetValues("access-token", out var inHeader) ? inHeader.FirstOrDefault() : null;
            if (token is null)
            {
                (_refused, _refusedAt) = (Refused($"Signing in: {WordsOf(answer, said)}"), time.GetTimestamp());
                throw new VideoProblem(_refused.Code, _refused.Message);
            }

            _refused = null;
            return _token = token;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    /// <summary>The answer as a JSON object; null: it is none, or too large to be one.</summary>
    private static async Task<JsonDocument?> TryReadAsync(HttpResponseMessage answer, CancellationToken cancelled)
    {
        using var bytes = new MemoryStream();
        await using var body = await answer.Content.ReadAsStreamAsync(cancelled);
        var piece = new byte[16 * 1024];
        while (await body.ReadAsync(piece, cancelled) is > 0 and var count)
        {
            bytes.Write(piece, 0, count);
            if (bytes.Length > MaxAnswerBytes)
            {
                return null;
            }
        }

        try
        {
            var document = JsonDocument.Parse(bytes.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Path(WvpChannel channel) => $"{Uri.EscapeDataString(channel.Device)}/{Uri.EscapeDataString(channel.Channel)}";

    private static VideoProblem Refused(string words) => new(VideoProblem.GatewayRefused, words);

    private static bool IsSignInNeeded(HttpResponseMessage answer, JsonDocument? said) => answer.StatusCode == System.Net.HttpStatusCode.Unauthorized || CodeOf(said) == 401;

    private static int? CodeOf(JsonDocument? said) => said is null ? null : (int?)NumberOf(said.RootElement, "code");

    private static JsonElement? DataOf(JsonDocument said) => said.RootElement.TryGetProperty("data", out var data) ? data : null;

    /// <summary>What the gateway said, made fit for a line; or how it answered when that was nothing.</summary>
    private static string WordsOf(HttpResponseMessage answer, JsonDocument? said)
    {
        var words = said is null ? null : TextOf(said.RootElement, "msg");
        return words is null
            ? string.Create(CultureInfo.InvariantCulture, $"It answered {(int)answer.StatusCode} with something else than a result.")
            : new string([.. words.Take(MaxWords).Where(letter => !char.IsControl(letter))]);
    }

    private static string? TextOf(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.TryGetText() ?? (value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null) : null;

    private static double? NumberOf(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) ? number : null;

    private static bool Truth(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.Number && value.GetRawText() == "1"));
}
