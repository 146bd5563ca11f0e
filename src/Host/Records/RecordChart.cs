using System.Diagnostics;
using System.Runtime.InteropServices;
using Vantage.Actors.Records;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Records;

/// <summary>Counts of records by time or by what their system says in a field (REC-8).</summary>
internal static class RecordChart
{
    private const int MaxItems = 10_000;

    public static IReadOnlyList<string> Fields { get; } = ["category", "state", "street", "squad", "kind"];

    /// <param name="filter">With a range.</param>
    public static IResult Count(IRecords records, RecordFilter filter, string by, TimeZoneInfo zone, CancellationToken cancelled)
        => LocalBuckets.Units.Contains(by)
            ? ByTime(records, filter, by, zone, cancelled)
            : ByField(records, filter, by, zone, cancelled);

    private static IResult ByTime(IRecords records, RecordFilter filter, string by, TimeZoneInfo zone, CancellationToken cancelled)
    {
        var buckets = new LocalBuckets(by, zone);
        var counts = new SortedDictionary<long, long>();
        for (var start = buckets.StartOf(filter.FromMs!.Value); start < filter.ToMs; start = buckets.StartAfter(start))
        {
            counts.Add(start, 0); // A chart shows the days on which nothing was.
            if (counts.Count > MaxItems)
            {
                return Problems.TooMuch($"The range has more than {MaxItems} buckets of a {by}: ask for a shorter one, or for longer buckets.");
            }
        }

        var count = 0L;
        records.Read(filter, record =>
        {
            cancelled.ThrowIfCancellationRequested();
            count++;
            counts[buckets.StartOf(record.TimeMs)]++;
        });
        var basis = new FigureBasis(Definitions.RecordsByTime, filter.FromMs.Value, filter.ToMs!.Value, count, Missing: 0);
        return TypedResults.Ok(RecordChartView.Of(
            filter.System, by, zone, basis, counts.Select(bucket => new RecordChartItem(buckets.NameOf(bucket.Key), new WireMoment(bucket.Key), bucket.Value))));
    }

    private static IResult ByField(IRecords records, RecordFilter filter, string by, TimeZoneInfo zone, CancellationToken cancelled)
    {
        var field = FieldOf(by);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var (count, without) = (0L, 0L);
        records.Read(filter, record =>
        {
            cancelled.ThrowIfCancellationRequested();
            count++;
            if (field(record) is { } value)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
            }
            else
            {
                without++;
            }
        });
        if (counts.Count > MaxItems)
        {
            return Problems.TooMuch($"The records have more than {MaxItems} different values of {by}: ask for a shorter range, or filter.");
        }

        var basis = new FigureBasis(Definitions.RecordsByField, filter.FromMs!.Value, filter.ToMs!.Value, count, FigureBasis.Share(without, count));
        return TypedResults.Ok(RecordChartView.Of(
            filter.System, by, zone, basis,
            counts.OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal)
                .Select(value => new RecordChartItem(value.Key, null, value.Value))));
    }

    private static Func<ExternalRecord, string?> FieldOf(string by) => by switch
    {
        "category" => record => record.Category,
        "state" => record => record.State,
        "street" => record => record.Street,
        "squad" => record => record.Squad,
        "kind" => record => record.Kind,
        _ => throw new UnreachableException($"No field {by}."),
    };
}

/// <param name="From">When the bucket begins, for charts by time.</param>
internal sealed record RecordChartItem(string Key, WireMoment? From, long Count);

internal sealed record RecordChartView(
    string System, string By, string TimeZone, string Definition, string DefinitionZh, WireMoment From, WireMoment To, long Count, double Missing,
    IReadOnlyList<RecordChartItem> Items)
{
    public static RecordChartView Of(string system, string by, TimeZoneInfo zone, FigureBasis basis, IEnumerable<RecordChartItem> items) => new(
        system, by, zone.Id, basis.Definition.English, basis.Definition.Chinese, new WireMoment(basis.FromMs), new WireMoment(basis.ToMs), basis.Count,
        basis.Missing, [.. items]);
}
