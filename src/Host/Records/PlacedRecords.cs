using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Host.Figures;

namespace Vantage.Host.Records;

/// <summary>What was passed over while records were put in their places.</summary>
/// <param name="Count">The records that match; with a shape asked for, those in it.</param>
/// <param name="Missing">Of those that match all but the shape, the share without a position: nobody knows whether they are in it.</param>
internal readonly record struct PlacedRecords(long Count, double Missing)
{
    /// <summary>Passes every record that matches and has a position.</summary>
    /// <param name="hasTime">Which times within the filter's range match; null: all.</param>
    /// <param name="inside">Null: anywhere.</param>
    public static PlacedRecords Read(
        IRecords records, RecordFilter filter, Func<long, bool>? hasTime, Func<LatLng, bool>? inside, Action<ExternalRecord, LatLng> onRecord,
        CancellationToken cancelled)
    {
        var (all, placed, counted) = (0L, 0L, 0L);
        records.Read(filter, record =>
        {
            cancelled.ThrowIfCancellationRequested();
            if (hasTime?.Invoke(record.TimeMs) == false)
            {
                return;
            }

            all++;
            if (record.Place is not { } place)
            {
                return;
            }

            placed++;
            if (inside?.Invoke(place) ?? true)
            {
                counted++;
                onRecord(record, place);
            }
        });
        return new PlacedRecords(inside is null ? all : counted, FigureBasis.Share(all - placed, all));
    }
}
