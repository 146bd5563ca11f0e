using System.Globalization;
using System.Text;
using System.Xml;
using Vantage.Host.Web;

namespace Vantage.Host.Tracks;

/// <summary>A track as GPX 1.1: a segment for each run without gaps. WGS-84 by definition.</summary>
internal static class TrackGpx
{
    private const string Namespace = "http://www.topografix.com/GPX/1/1";

    private static readonly XmlWriterSettings Xml = new() { Async = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    public static async Task WriteAsync(Track track, Stream body)
    {
        await using var xml = XmlWriter.Create(body, Xml);
        await xml.WriteStartDocumentAsync();
        await xml.WriteStartElementAsync(null, "gpx", Namespace);
        await xml.WriteAttributeStringAsync(null, "version", null, "1.1");
        await xml.WriteAttributeStringAsync(null, "creator", null, "Vantage");
        await xml.WriteStartElementAsync(null, "metadata", Namespace);
        await TextAsync(xml, "name", track.Unit.Name);
        if (track.IsDemo)
        {
            await TextAsync(xml, "desc", Track.DemoMark);
        }

        await xml.WriteEndElementAsync();
        await xml.WriteStartElementAsync(null, "trk", Namespace);
        await TextAsync(xml, "name", track.Unit.IdText);
        foreach (var segment in track.Segments())
        {
            await xml.WriteStartElementAsync(null, "trkseg", Namespace);
            foreach (var fix in segment)
            {
                await xml.WriteStartElementAsync(null, "trkpt", Namespace);
                await xml.WriteAttributeStringAsync(null, "lat", null, Number(fix.Latitude));
                await xml.WriteAttributeStringAsync(null, "lon", null, Number(fix.Longitude));
                if (fix.Altitude is { } altitude)
                {
                    await TextAsync(xml, "ele", Number(altitude));
                }

                await TextAsync(xml, "time", WireTime.Write(fix.TimeMs));
                await xml.WriteEndElementAsync();
            }

            await xml.WriteEndElementAsync();
        }

        await xml.WriteEndDocumentAsync();
    }

    private static Task TextAsync(XmlWriter xml, string name, string text)
        => xml.WriteElementStringAsync(null, name, Namespace, string.Concat(text.EnumerateRunes().Where(IsXml)));

    /// <summary>By whole characters: half of a pair is none to XML, both halves are.</summary>
    private static bool IsXml(Rune character) => !character.IsBmp || XmlConvert.IsXmlChar((char)character.Value);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
