using Vantage.Host.Web;

namespace Vantage.Host.Video;

/// <summary>Why there is no video, as a code of the contract.</summary>
internal sealed class VideoProblem(string code, string detail) : Exception(detail)
{
    public const string NoPictures = "no-pictures";
    public const string NoPtz = "no-ptz";
    public const string Unreachable = "unreachable";
    public const string Timeout = "timeout";
    public const string Refused = "refused";
    public const string NotAPicture = "not-a-picture";
    public const string GatewayUnreachable = "gateway-unreachable";
    public const string GatewayRefused = "gateway-refused";
    public const string DeviceOffline = "device-offline";

    public string Code { get; } = code;

    public IResult Answer() => Answer(Code, Message);

    public static IResult Answer(string code, string detail)
    {
        var (status, title) = code switch
        {
            NoPictures => (404, "This camera has no pictures"),
            NoPtz => (409, "This camera cannot be turned"),
            Timeout => (504, "The camera did not answer in time"),
            DeviceOffline => (502, "The camera is offline"),
            GatewayUnreachable => (502, "The video gateway is not reachable"),
            GatewayRefused => (502, "The video gateway refused"),
            _ => (502, "The camera gave no picture"),
        };
        return Problems.Problem(code, title, status, detail, new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code });
    }
}
