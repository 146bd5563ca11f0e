using Vantage.Actors.Records;
using Vantage.Geo.Crs;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>A record as lists show it.</summary>
internal sealed record RecordView(
    string System, string Number, string? Kind, string? Category, WireMoment Time, double? Lon, double? Lat, string? Address, string? State,
    string? Street, string? Squad, string? Link, WireMoment? UpdatedAt)
{
    public static RecordView Of(ExternalRecord record, CoordinateSystem crs)
    {
        var place = record.Place is { } known ? CoordinateSystems.FromWgs84(known, crs) : (Geo.LatLng?)null;
        return new RecordView(
            record.System, record.Number, record.Kind, record.Category, new WireMoment(record.TimeMs), WireDegrees.Round(place?.Longitude),
            WireDegrees.Round(place?.Latitude), record.Address, record.State, record.Street, record.Squad, record.Link,
            WireMoment.From(record.UpdatedAtMs));
    }
}

internal sealed record RecordListView(IReadOnlyList<RecordView> Items, string? Cursor);

/// <param name="Accepted">Rows that are kept now, or were until a later row of the same upload.</param>
/// <param name="Unchanged">Rows that said nothing new: what is kept is the same, or was changed later.</param>
internal sealed record RecordsView(int Accepted, int Unchanged, IReadOnlyList<RecordRejection> Rejected);

internal sealed record ThemeListView(IReadOnlyList<Theme> Items);
