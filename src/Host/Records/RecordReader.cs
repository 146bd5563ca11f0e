using System.Globalization;
using Vantage.Actors;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>The door for records: a row of an upload becomes a record in WGS-84 and UTC, or says what is wrong with it.</summary>
/// <param name="crs">Of positions in rows that name no system of their own.</param>
/// <param name="city">The host's grid, if it has one.</param>
/// <param name="zone">Of times that state no offset.</param>
internal sealed class RecordReader(string system, ImportCrs crs, CityGrid? city, TimeZoneInfo zone)
{
    private const int MaxNumber = 64;
    private const int MaxText = 100;
    private const int MaxAddress = 500;
    private const int MaxLink = 2000;

    /// <summary>The record, or null with the first fault in the row.</summary>
    public ExternalRecord? Read(RecordRow row)
    {
        var number = NumberOf(row);
        var time = TimeOf(row, RecordColumn.Time, isRequired: true);
        var record = new ExternalRecord
        {
            System = system,
            Number = number ?? "",
            TimeMs = time ?? 0,
            Kind = TextOf(row, RecordColumn.Kind, MaxText),
            Category = TextOf(row, RecordColumn.Category, MaxText),
            State = TextOf(row, RecordColumn.State, MaxText),
            Street = TextOf(row, RecordColumn.Street, MaxText),
            Squad = TextOf(row, RecordColumn.Squad, MaxText),
            Place = PlaceOf(row),
            Address = TextOf(row, RecordColumn.Address, MaxAddress),
            Link = LinkOf(row),
            UpdatedAtMs = TimeOf(row, RecordColumn.UpdatedAt, isRequired: false),
        };
        return row.Fault is null ? record : null;
    }

    private static string? NumberOf(RecordRow row)
    {
        if (row[RecordColumn.Number] is not { } number)
        {
            row.Wrong(RecordColumn.Number, "Is missing: a record is known by its number.");
            return null;
        }

        if (number.Length > MaxNumber)
        {
            row.Wrong(RecordColumn.Number, $"Must have at most {MaxNumber} characters.");
        }
        else if (ActorId.InvisibleIn(number) is { } invisible)
        {
            row.Wrong(RecordColumn.Number, $"Must not hold control or invisible characters, such as here U+{invisible.Value:X4}.");
        }

        return number;
    }

    private long? TimeOf(RecordRow row, RecordColumn column, bool isRequired)
    {
        if (row[column] is not { } text)
        {
            if (isRequired)
            {
                row.Wrong(column, "Is missing.");
            }

            return null;
        }

        if (LocalTime.TryRead(text, zone, out var ms))
        {
            return ms;
        }

        row.Wrong(column, LocalTime.Right);
        return null;
    }

    /// <summary>Lines and tabs are part of what people write; other control characters are not.</summary>
    private static string? TextOf(RecordRow row, RecordColumn column, int maxLength)
    {
        var text = row[column];
        if (text is not null && (text.Length > maxLength || text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'))))
        {
            row.Wrong(column, $"Must be a text of at most {maxLength} characters without control characters.");
        }

        return text;
    }

    /// <summary>What is no address of the web is refused: a screen will offer it to be clicked.</summary>
    private static string? LinkOf(RecordRow row)
    {
        var link = TextOf(row, RecordColumn.Link, MaxLink);
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            row.Wrong(RecordColumn.Link, "Must be an http or https address.");
        }

        return link;
    }

    /// <summary>Null for a row without a position; many systems write 0/0 for that (REC-3).</summary>
    private LatLng? PlaceOf(RecordRow row)
    {
        var from = crs;
        if (row[RecordColumn.Crs] is { } name && !ImportCrs.TryParse(name, city, out from, out var problem))
        {
            row.Wrong(RecordColumn.Crs, problem);
            return null; // How large its numbers may be is not known then.
        }

        var longitude = NumberOf(row, RecordColumn.Lon, from.Most.First);
        var latitude = NumberOf(row, RecordColumn.Lat, from.Most.Second);
        if (longitude is null != latitude is null)
        {
            row.Wrong(longitude is null ? RecordColumn.Lon : RecordColumn.Lat, "Is missing: a position has lon and lat.");
        }

        if (longitude is not { } first || latitude is not { } second || (first == 0 && second == 0))
        {
            return null;
        }

        if (from.TryPlace(first, second, out var place))
        {
            return ExternalRecord.OnGrid(place);
        }

        row.Wrong(RecordColumn.Lon, from.OutOfReach);
        return null;
    }

    private static double? NumberOf(RecordRow row, RecordColumn column, double most)
    {
        if (row[column] is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= most)
        {
            return number;
        }

        row.Wrong(column, string.Create(CultureInfo.InvariantCulture, $"Must be a number from {-most} to {most}."));
        return null;
    }
}
