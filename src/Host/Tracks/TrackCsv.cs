using System.Globalization;
using System.Text;
using Vantage.Actors.Positions;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>A track as CSV (RFC 4180), UTF-8 without a byte order mark: all fixes, those that do not count marked in <c>flags</c>.</summary>
internal static class TrackCsv
{
    public static async Task WriteAsync(Track track, Stream body)
    {
        await using var csv = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 32 * 1024) { NewLine = "\r\n" };
        await csv.WriteLineAsync($"time,lon,lat,speed,heading,altitude,accuracy,flags,receivedAt,crs{(track.IsDemo ? ",note" : "")}");
        var end = $",{CoordinateSystems.NameOf(track.Crs)}{(track.IsDemo ? "," + Track.DemoMark : "")}";
        foreach (var fix in track.Fixes)
        {
            await csv.WriteLineAsync(Row(track, fix) + end);
        }
    }

    private static string Row(Track track, Fix fix)
    {
        var place = track.Place(fix);
        return string.Create(CultureInfo.InvariantCulture,
            $"{WireTime.Write(fix.TimeMs)},{WireDegrees.Round(place.Longitude)},{WireDegrees.Round(place.Latitude)},{fix.Speed},{fix.Heading},{fix.Altitude},{fix.Accuracy},{(int)fix.Flags},{WireTime.Write(fix.ReceivedAtMs)}");
    }
}
