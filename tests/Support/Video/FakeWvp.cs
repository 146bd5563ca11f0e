using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Vantage.Support.Video;

/// <summary>A gateway of ours that answers in the shape of wvp-GB28181-pro: 200 whatever happens, the code tells.</summary>
public sealed class FakeWvp : IAsyncDisposable
{
    public const string User = "vantage";
    public const string Password = "中文 secret";

    private int _tokens;

    public FakeServer Server { get; private set; } = null!;

    /// <summary>What is answered instead, by a part of the path; takes the place of the ordinary answer.</summary>
    public Dictionary<string, RequestDelegate> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>The devices' list, as JSON.</summary>
    public string Devices { get; set; } = """{"deviceId":"34020000001110000001","name":"路口","onLine":true,"geoCoordSys":"GCJ02"},{"deviceId":"34020000001110000002","onLine":false,"geoCoordSys":"WGS84"}""";

    public Dictionary<string, string> Channels { get; } = new(StringComparer.Ordinal)
    {
        ["34020000001110000001"] = """
            {"deviceId":"34020000001310000001","name":"长宁路1号","status":"ON","longitude":121.4292371,"latitude":31.2186492,"ptzType":1,"channelType":0},
            {"deviceId":"34020000001310000002","name":"长宁路2号","status":"OFF","longitude":121.4292371,"latitude":31.2186492,"ptzType":3,"channelType":0},
            {"deviceId":"34020000001310000003","name":"无坐标","status":"ON","longitude":0,"latitude":0,"channelType":0},
            {"deviceId":"31010500","name":"长宁区","channelType":1}
            """,
        ["34020000001110000002"] = """{"deviceId":"x","channelId":"34020000001310000009","name":"旧版","status":1,"longitude":121.5,"latitude":31.3}""",
    };

    public string? Token => _tokens == 0 ? null : $"token-{_tokens}";

    public static async Task<FakeWvp> StartAsync()
    {
        var wvp = new FakeWvp();
        wvp.Server = await FakeServer.StartAsync(wvp.AnswerAsync);
        return wvp;
    }

    /// <summary>All tokens given until now are not valid any more.</summary>
    public void ForgetTokens() => Interlocked.Increment(ref _tokens);

    /// <summary>What was asked for but signing in and lists.</summary>
    public string[] TakeOrders() => [.. Server.TakeAsked().Where(asked => !asked.StartsWith("/api/user", StringComparison.Ordinal) && !asked.Contains("query/devices", StringComparison.Ordinal))];

    public static Task SayAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Instead.FirstOrDefault(each => path.Contains(each.Key, StringComparison.Ordinal)) is { Value: { } answer })
        {
            return answer(context);
        }

        if (path == "/api/user/login")
        {
#pragma warning disable CA5351 // It is what the real one asks for.
            var hash = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Password)));
#pragma warning restore CA5351
            return context.Request.Query["username"] == User && context.Request.Query["password"] == hash
                ? SayAsync(context, $$$"""{"code":0,"msg":"成功","data":{"accessToken":"token-{{{Interlocked.Increment(ref _tokens)}}}"}}""")
                : SayAsync(context, """{"code":100,"msg":"用户名或密码错误","data":null}""");
        }

        if (context.Request.Headers["access-token"] != Token && context.Request.Headers["api-key"] != "key")
        {
            return SayAsync(context, """{"code":401,"msg":"请登录后重新请求","data":null}""");
        }

        var page = context.Request.Query["page"].ToString();
        return path switch
        {
            "/api/device/query/devices" => SayAsync(context, List(page, Devices)),
            _ when path.EndsWith("/channels", StringComparison.Ordinal) => SayAsync(context, List(page, Channels.GetValueOrDefault(path.Split('/')[^2], ""))),
            _ when path.StartsWith("/api/play/start", StringComparison.Ordinal) => SayAsync(
                context,
                """
                {"code":0,"msg":"成功","data":{"app":"rtp","stream":"a_b","ip":"10.0.0.6","flv":"http://10.0.0.6:80/rtp/a_b.live.flv","https_flv":"https://10.0.0.6:443/rtp/a_b.live.flv",
                "ws_flv":"ws://10.0.0.6:80/rtp/a_b.live.flv","wss_flv":"wss://10.0.0.6:443/rtp/a_b.live.flv","hls":"http://10.0.0.6:80/rtp/a_b/hls.m3u8","rtmp":"rtmp://10.0.0.6/rtp/a_b",
                "rtc":"http://10.0.0.6:80/index/api/webrtc?app=rtp&stream=a_b&type=play","mediaInfo":null}}
                """),
            _ when path.Contains("/preset/query/", StringComparison.Ordinal) => SayAsync(
                context, """{"code":0,"msg":"成功","data":[{"presetId":"1","presetName":"路口"},{"presetId":"2","presetName":null}]}"""),
            _ => SayAsync(context, """{"code":0,"msg":"成功","data":null}"""),
        };
    }

    private static string List(string page, string items)
        => $$$"""{"code":0,"msg":"成功","data":{"total":4,"list":[{{{(page == "1" ? items : "")}}}]}}""";
}
