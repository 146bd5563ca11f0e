using System.Security.Cryptography;
using QRCoder;
using Vantage.Actors.Units;
using Vantage.Devices.OsmAnd;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Officers;

/// <summary>
/// Pairs Traccar Client with a unit: a web page hears nothing of where a locked phone is, a program on it does. Whoever knows the device id reports for the unit.
/// </summary>
internal static class OfficerPhone
{
    private const int MaxDevices = 16;
    private const int KeyLength = 16;

    public static async Task<IResult> PairAsync(HttpContext context, Situation situation)
    {
        var (unit, problem) = OfficerEndpoints.OwnUnit(context, situation, Rights.PositionsWrite);
        if (unit is null)
        {
            return problem!;
        }

        var fields = new Fields(context.Request.Query);
        var address = AddressAt(context.Request, fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if (KeyOf(unit) is { } known)
        {
            return TypedResults.Ok(new PhoneView(known, address));
        }

        if (unit.Devices.Length >= MaxDevices)
        {
            return Problems.Conflict($"{unit.Name} has {MaxDevices} devices already, and none of them is a phone of this kind.");
        }

        var key = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", KeyLength);
        var register = new RegisterUnit(unit.Name, unit.Squad, unit.Plate, unit.Devices.Add(new DeviceKey(OsmAndIntake.Protocol, key)));
        await situation.RegisterAsync(unit.Id, register, context.Caller().Origin, context.RequestAborted);
        context.SetWatermark(situation.Watermark);
        return TypedResults.Ok(new PhoneView(key, address));
    }

    public static IResult Qr(HttpContext context, Situation situation)
    {
        var (unit, problem) = OfficerEndpoints.OwnUnit(context, situation, Rights.PositionsWrite);
        if (unit is null)
        {
            return problem!;
        }

        if (KeyOf(unit) is not { } key)
        {
            return Problems.Unknown("phone", unit.IdText);
        }

        var fields = new Fields(context.Request.Query);
        var address = AddressAt(context.Request, fields);
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        // What Traccar Client reads from a code: the address, with its settings as a query. A report every 10 s, at rest too.
        using var code = QRCodeGenerator.GenerateQrCode(
            $"{address}?id={Uri.EscapeDataString(key)}&interval=10&distance=0&accuracy=high&buffer=true", QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return TypedResults.Text(svg.GetGraphic(8, "#000", "#fff", sizingMode: SvgQRCode.SizingMode.ViewBoxAttribute), "image/svg+xml");
    }

    /// <summary>Where the phone that asks has found this host. Behind a proxy that ends TLS the page alone knows that it is https.</summary>
    private static string AddressAt(HttpRequest request, Fields fields)
        => $"{fields.Choice("scheme", Uri.UriSchemeHttp, Uri.UriSchemeHttps) ?? request.Scheme}://{request.Host}/osmand";

    private static string? KeyOf(UnitInfo unit) => unit.Devices.FirstOrDefault(device => device.Protocol == OsmAndIntake.Protocol)?.Key;
}

/// <param name="Device">The id that the phone names itself by.</param>
/// <param name="Address">Where it reports to.</param>
internal sealed record PhoneView(string Device, string Address);
