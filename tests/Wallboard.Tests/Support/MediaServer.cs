using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vantage.Support;

namespace Vantage.Wallboard.Tests;

/// <summary>
/// A media server with moving test pictures: HLS and HTTP-FLV by ffmpeg (H.264), WHEP by whoever answers offers, and addresses that fail in the ways
/// that real ones do. It counts who is connected.
/// </summary>
internal sealed class MediaServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("vantage-media-").FullName;
    private readonly ConcurrentDictionary<Process, byte> _coders = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private Process? _hls;

    public MediaServer()
    {
        TestData.SkipUnless(IsThere("ffmpeg"), "apt-get install ffmpeg");
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>FLV streams that somebody reads now.</summary>
    public int FlvReaders => _flvReaders;

    private int _flvReaders;

    /// <summary>WebRTC sessions that were opened and not deleted.</summary>
    public int WhepSessions => _whepSessions;

    private int _whepSessions;

    /// <summary>Answers a WHEP offer.</summary>
    public Func<string, Task<string>>? AnswerOffer { get; set; }

    /// <summary>Starts HLS at <c>/live/hls.m3u8</c>.</summary>
    public void StartHls()
    {
        _hls = Code($"-f hls -hls_time 1 -hls_list_size 6 -hls_flags delete_segments \"{Path.Combine(_folder, "hls.m3u8")}\"");
        _coders[_hls] = 0;
    }

    /// <summary>The encoder dies, and with it the stream; its last playlist stays.</summary>
    public void StopHls()
    {
        _hls?.Kill();
        foreach (var file in Directory.GetFiles(_folder))
        {
            File.Delete(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _serving;
        foreach (var coder in _coders.Keys)
        {
            if (!coder.HasExited)
            {
                coder.Kill();
                await coder.WaitForExitAsync();
            }

            coder.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static Process Code(string output)
    {
        var coder = new Process
        {
            StartInfo = new ProcessStartInfo("ffmpeg")
            {
                Arguments = "-loglevel error -re -f lavfi -i testsrc2=size=320x180:rate=12 "
                    + "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -pix_fmt yuv420p -g 12 " + output,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        coder.Start();
        coder.BeginErrorReadLine();
        return coder;
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.AddHeader("Access-Control-Allow-Origin", "*");
        response.AddHeader("Access-Control-Allow-Headers", "*");
        response.AddHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
        response.AddHeader("Access-Control-Expose-Headers", "Location");
        try
        {
            switch (request.Url!.AbsolutePath.Split('/')[1])
            {
                case var _ when request.HttpMethod == "OPTIONS":
                    response.StatusCode = 204;
                    break;
                case "live":
                    await FileAsync(request, response);
                    break;
                case "flv":
                    await FlvAsync(response);
                    return;
                case "whep":
                    await WhepAsync(request, response);
                    break;
                case "silent":
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                    break;
                case "garbage":
                    await response.OutputStream.WriteAsync("<html>此页不存在</html>"u8.ToArray());
                    break;
                default:
                    response.StatusCode = 404;
                    break;
            }

            response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            response.Abort();
        }
    }

    private async Task FileAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = Path.Combine(_folder, Path.GetFileName(request.Url!.AbsolutePath));
        if (!File.Exists(path))
        {
            response.StatusCode = 404;
            return;
        }

        response.ContentType = path.EndsWith(".m3u8", StringComparison.Ordinal) ? "application/vnd.apple.mpegurl" : "video/mp2t";
        response.AddHeader("Cache-Control", "no-store");
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await file.CopyToAsync(response.OutputStream);
    }

    private async Task FlvAsync(HttpListenerResponse response)
    {
        response.ContentType = "video/x-flv";
        response.SendChunked = true;
        var coder = Code("-f flv -");
        _coders[coder] = 0;
        Interlocked.Increment(ref _flvReaders);
        try
        {
            await coder.StandardOutput.BaseStream.CopyToAsync(response.OutputStream, _stop.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _flvReaders);
            coder.Kill();
        }
    }

    private async Task WhepAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        if (request.HttpMethod == "DELETE")
        {
            Interlocked.Decrement(ref _whepSessions);
            return;
        }

        using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
        var answer = await AnswerOffer!(await reader.ReadToEndAsync());
        response.StatusCode = 201;
        response.ContentType = "application/sdp";
        response.AddHeader("Location", "/whep/session");
        Interlocked.Increment(ref _whepSessions);
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }
}
