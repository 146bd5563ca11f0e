using System.Runtime.CompilerServices;
using Vantage.Actors.History;
using Vantage.Actors.Units;
using Vantage.Geo.Motion;
using Vantage.Host.Situations;
using Vantage.Host.Web;

namespace Vantage.Host.Motion;

/// <summary>A row a unit and day. Units are read one after the other, each a piece of its track at a time, so that any number takes the same memory.</summary>
internal sealed class MotionTable(Situation situation, LocalDays days, bool isDemo)
{
    /// <summary>How many fixes count in the rows that were read so far.</summary>
    public long Fixes { get; private set; }

    public async IAsyncEnumerable<MotionRowView> RowsAsync(IReadOnlyList<UnitInfo> units, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var (fromMs, toMs) = days.Range;
        foreach (var unit in units)
        {
            var ledger = new MotionLedger(days.EdgesMs.Span);
            var (fixes, damaged) = await UnitMotionReader.ReadAsync(situation, unit, fromMs, toMs, ledger, cancelled);
            Fixes += fixes;
            foreach (var (date, sums) in days.Dates.Zip(ledger.Sums))
            {
                yield return RowOf(unit, date, sums, damaged);
            }
        }
    }

    public async Task WriteCsvAsync(IReadOnlyList<UnitInfo> units, Stream body, CancellationToken cancelled)
    {
        await using var csv = new CsvTable(body);
        await MotionCsv.WriteHeadAsync(csv, isDemo);
        await foreach (var row in RowsAsync(units, cancelled))
        {
            await MotionCsv.WriteRowAsync(csv, row, isDemo);
        }
    }

    private static MotionRowView RowOf(UnitInfo unit, DateOnly date, in MotionSums sums, IReadOnlyList<DamagedTrack> damaged)
    {
        var day = MotionDayView.Of(date, sums);
        var (fromMs, toMs) = (sums.FromMs, sums.ToMs);
        var damagedMs = damaged.Sum(lost => Math.Max(0, Math.Min(lost.ToMs, toMs) - Math.Max(lost.FromMs, fromMs)));
        return new(
            unit.IdText, unit.Name, unit.Id.Kind, unit.SquadAt(sums.FromMs), day.Date, day.Distance, day.Moving, day.Idle, day.NoData, day.Trips,
            day.Stops, Wire.Seconds(damagedMs));
    }
}
