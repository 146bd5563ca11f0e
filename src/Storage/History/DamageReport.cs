using System.Collections.Concurrent;
using System.Globalization;
using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Actors.Positions;

namespace Vantage.Storage.History;

/// <summary>Tells of each damaged chunk or outline once, by the name of its unit, and of damaged heat.</summary>
/// <param name="where">The file or database.</param>
/// <param name="nameOf">The id of the unit with a number.</param>
/// <param name="say">Told in one sentence; may be called from any thread.</param>
internal sealed class DamageReport(string where, Func<int, string> nameOf, Action<string>? say, StorageMetrics metrics)
{
    private readonly ConcurrentDictionary<(int Unit, long FromMs), bool> _told = new();
    private readonly ConcurrentDictionary<(int Unit, long FromMs, int Level), bool> _toldOutlines = new();
    private readonly ConcurrentDictionary<(HeatSpan, ulong), bool> _toldSums = new();

    public static string NameOf(ITrackLog log, int unit) => unit >= 0 && unit < log.UnitCount ? log.UnitOf(unit).ToString() : $"unit {unit}";

    public void Add(DamagedTrack chunk, string reason)
    {
        if (_told.TryAdd((chunk.Unit, chunk.FromMs), true))
        {
            metrics.OnDamage();
            say?.Invoke(
                $"{where}: the chunk of {nameOf(chunk.Unit)} from {Time(chunk.FromMs)} to {Time(chunk.ToMs)}, {chunk.Fixes} fixes, cannot be read and is left out: "
                + $"{reason} What lies before and after it is not concerned. A backup may have it.");
        }
    }

    /// <summary>Tells of the outline of a chunk.</summary>
    public void AddOutline(int unit, long firstMs, int level, string reason)
    {
        if (_toldOutlines.TryAdd((unit, firstMs, level), true))
        {
            metrics.OnDamage();
            say?.Invoke($"{where}: an outline of the chunk of {nameOf(unit)} from {Time(firstMs)} cannot be read: {reason} The chunk is read instead. The disk may be failing.");
        }
    }

    /// <summary>Tells of a sum of heat.</summary>
    public void Add(HeatSpan span, ulong block, string reason)
    {
        if (_toldSums.TryAdd((span, block), true))
        {
            metrics.OnDamage();
            say?.Invoke(
                $"{where}: a sum of heat over {span.Hours} hours from {Time(span.Start * HeatCube.HourMs)}, by cells of resolution {span.Resolution} in block {block:x}, cannot be read: {reason} "
                + "The hours are added up instead, and the sum is made anew. The disk may be failing.");
        }
    }

    /// <summary>Tells of an hour of heat that was kept aside.</summary>
    public void Add(int hour, ulong block, string reason)
    {
        metrics.OnDamage();
        say?.Invoke(
            $"{where}: heat of the hour from {Time(hour * HeatCube.HourMs)} in block {block:x} cannot be read and was kept aside: {reason} "
            + "Questions over the hour are refused. The command rebuild-heat works it out anew.");
    }

    private static string Time(long ms) => ms is >= -62_135_596_800_000 and <= 253_402_300_799_999
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : $"{ms} ms"; // The row itself may be what is damaged.
}
