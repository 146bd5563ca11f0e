using System.Runtime.InteropServices;
using Vantage.Actors.History;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;

namespace Vantage.Actors.Positions;

/// <summary>A track as it was read.</summary>
/// <param name="Fixes">In the order of <see cref="Fix.Compare"/>.</param>
/// <param name="Damaged">What storage cannot read of the range: nothing as a rule.</param>
public sealed record TrackReading(List<Fix> Fixes, IReadOnlyList<DamagedTrack> Damaged);

/// <summary>Reads tracks whole: what is sealed, and what so far only the unit's shard has. Safe from any thread.</summary>
public sealed class TrackReader(IActorRuntime runtime, IHistory history)
{
    /// <summary>How long a shard may be on its way to another process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The fixes of a unit in [from, to), or an outline of them (TRK-7).</summary>
    /// <param name="atMost">
    /// All are given when they are no more than so many. Otherwise reading stops soon after: the answer is longer than that, and not all there is.
    /// </param>
    /// <param name="detail">Null: every fix. What is not sealed yet comes with every fix in any case.</param>
    public async Task<TrackReading> ReadAsync(
        UnitInfo unit, long fromMs, long toMs, int atMost, TrackDetail? detail = null, CancellationToken cancellationToken = default)
    {
        // Memory first: what is sealed between the two readings is then found twice, and never missed.
        var recent = await runtime.AskShardAsync(Shards.Of(unit.Id), new CopyTrack(unit.Number, fromMs, toMs, atMost + 1), Patience, cancellationToken).ConfigureAwait(false);
        if (recent.Fixes.Count > atMost)
        {
            return new TrackReading(recent.Fixes, []);
        }

        var stored = new List<Fix>();
        var damaged = history.ReadTrack(unit.Number, fromMs, toMs - 1, stored, atMost + 1, detail); // To its end, which history counts in.
        return new TrackReading(Merge(recent.Fixes, stored, isOutline: detail is not null), damaged);
    }

    /// <summary>How many fixes <see cref="ReadAsync"/> would give, more or less: what is about to be sealed counts twice, and a chunk at either end whole.</summary>
    public async Task<long> CountAsync(UnitInfo unit, long fromMs, long toMs, TrackDetail? detail = null, CancellationToken cancellationToken = default)
    {
        var recent = await runtime.AskShardAsync(Shards.Of(unit.Id), new CountFixes(unit.Number, fromMs, toMs), Patience, cancellationToken).ConfigureAwait(false);
        return recent.Fixes + history.CountTrack(unit.Number, fromMs, toMs - 1, detail);
    }

    /// <summary>The last fix of a unit that counts, in [since, time], sealed or not; null when there is none.</summary>
    /// <returns>Also whether storage cannot read what may have come after it: then it is the last that can be read.</returns>
    public async Task<(Fix? Last, bool IsDamaged)> LastAsync(UnitInfo unit, long sinceMs, long timeMs, CancellationToken cancellationToken = default)
    {
        var recent = await runtime.AskShardAsync(Shards.Of(unit.Id), new CopyTrack(unit.Number, sinceMs, timeMs + 1), Patience, cancellationToken).ConfigureAwait(false);
        var isDamaged = false;
        var beforeMs = timeMs;
        while (history.LastFixAtOrBefore(unit.Number, beforeMs) is { } sealedMs && sealedMs >= sinceMs)
        {
            var damaged = history.ReadTrack(unit.Number, sealedMs, sealedMs, recent.Fixes);
            if (damaged.Count == 0)
            {
                break;
            }

            isDamaged = true;
            beforeMs = damaged.Min(lost => lost.FromMs) - 1;
        }

        Fix? last = null;
        foreach (var fix in recent.Fixes.Where(fix => (fix.Flags & FixFlags.Outranked) == 0 && fix.TimeMs >= (last?.TimeMs ?? long.MinValue)))
        {
            last = fix;
        }

        return (last, isDamaged);
    }

    /// <summary>Whether two neighbours can be trusted to say where the unit was between them (VIS-5).</summary>
    public static bool Counts(in Fix from, in Fix to) => VisitMachine.Counts(in from, in to);

    private static List<Fix> Merge(List<Fix> recent, List<Fix> stored, bool isOutline)
    {
        if (recent.Count == 0)
        {
            return stored;
        }

        var merged = new List<Fix>(recent.Count + stored.Count);
        var wasRecent = false;
        var (i, j) = (0, 0);
        while (i < recent.Count || j < stored.Count)
        {
            var order = i == recent.Count ? 1 : j == stored.Count ? -1 : Fix.Compare(recent[i], stored[j]);
            var (isRecent, fix) = order <= 0 ? (true, recent[i]) : (false, stored[j]); // Of both, memory knows the newest marks.
            if (isOutline)
            {
                if ((fix.Flags & FixFlags.Outranked) == 0)
                {
                    MarkGap(merged, fix.TimeMs, isKnown: wasRecent && isRecent);
                    merged.Add(fix);
                    wasRecent = isRecent;
                }
            }
            else
            {
                merged.Add(fix);
            }

            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return merged;
    }

    /// <param name="isKnown">Nothing was left out between the last fix and the next.</param>
    private static void MarkGap(List<Fix> merged, long nextMs, bool isKnown)
    {
        if (merged.Count > 0)
        {
            ref var last = ref CollectionsMarshal.AsSpan(merged)[^1];
            var isLong = nextMs - last.TimeMs > VisitMachine.GapMs;
            last.Mark(FixFlags.BeforeGap, isLong && (isKnown || (last.Flags & FixFlags.BeforeGap) != 0));
        }
    }
}
