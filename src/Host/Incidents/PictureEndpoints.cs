using System.Security.Cryptography;
using Vantage.Actors;
using Vantage.Actors.Pictures;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Units;
using Vantage.Host.Web;

namespace Vantage.Host.Incidents;

/// <summary><c>/api/incidents/{key}/pictures</c>: what a unit's phone shows of an incident.</summary>
internal static class PictureEndpoints
{
    /// <summary>A photo of 1600 pixels is some 400 KB.</summary>
    private const int MaxBytes = 3 * 1024 * 1024;

    private const int MostOfUnit = 12;

    public static string AddressOf(string incident, string id) => $"/api/incidents/{Uri.EscapeDataString(incident)}/pictures/{Uri.EscapeDataString(id)}";

    public static async Task<IResult> TakeAsync(string key, HttpContext context, Situation situation, IPictures pictures, TimeProvider time)
    {
        var fields = new Fields(context.Request.Query);
        var (caller, named) = (context.Caller(), fields.Text("unit", 100));
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        if ((named ?? caller.Unit) is not { } id)
        {
            return Invalid("unit", "Is missing.");
        }

        if (!ActorId.TryParse(id, out var actor) || !situation.Units.TryGet(actor, out var unit))
        {
            return Problems.Unknown("unit", id);
        }

        if (!caller.May(Rights.OrdersAnswer, unit))
        {
            return Problems.RightMissing(Rights.OrdersAnswer);
        }

        var (incident, problem) = IncidentEndpoints.Find(key, caller, situation);
        if (incident is null)
        {
            return problem!;
        }

        if (!incident.Orders.Any(order => order.Unit == unit.IdText))
        {
            return Problems.Conflict($"{unit.Name} has no order for this incident.");
        }

        using var body = await context.ReadBodyAsync(MaxBytes);
        if (body is null)
        {
            return Problems.TooLarge(MaxBytes);
        }

        var bytes = body.ToArray();
        if (TypeOf(bytes) is not { } type)
        {
            return Invalid("picture", "Must be a JPEG or PNG picture, whatever its Content-Type says.");
        }

        var picture = new Picture(key, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16)), unit.IdText, time.GetUtcNow(), type, bytes);
        return await pictures.SaveAsync(picture, MostOfUnit, context.RequestAborted)
            ? TypedResults.Created(AddressOf(key, picture.Id), new PictureView(picture.Id, AddressOf(key, picture.Id)))
            : Problems.Conflict($"{unit.Name} has sent {MostOfUnit} pictures of this incident already.");
    }

    public static IResult Get(string key, string id, HttpContext context, Situation situation, IPictures pictures)
    {
        var (incident, problem) = IncidentEndpoints.Find(key, context.Caller(), situation);
        return incident is null ? problem!
            : pictures.Find(key, id) is { } picture ? TypedResults.Bytes(picture.Bytes, picture.ContentType) : Problems.Unknown("picture", id);
    }

    /// <summary>By the bytes that such a file begins and ends with: what a sender calls it proves nothing, and half a picture is none.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> bytes)
        => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && bytes.TrimEnd((byte)0).EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]) ? "image/jpeg"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && bytes[8..].IndexOf("IEND"u8) > 0 ? "image/png" : null;

    private static IResult Invalid(string field, string reason)
        => Problems.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [reason] });
}

/// <param name="Id">To be given as <c>picture</c> when the order is finished.</param>
/// <param name="Address">Where the picture is, on this host.</param>
internal sealed record PictureView(string Id, string Address);
