using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vantage.Geo.H3;

namespace Vantage.Host.Wall;

/// <summary>Works out what changed in a view since it was last shown, and encodes it. For the pump's thread only.</summary>
/// <param name="alarmsOf">How many breaches of a unit are not yet handled.</param>
/// <param name="maxUnits">Above this many units in view, cells are shown.</param>
internal sealed class FrameComposer(WallPicture picture, Func<int, int> alarmsOf, int maxUnits)
{
    /// <summary>Aggregates are sent at most once a second: every fifth tick.</summary>
    private const int CellTicks = 5;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly List<int> _changed = [];
    private readonly List<int> _gone = [];
    private readonly Dictionary<H3Cell, CellCount> _counts = [];

    /// <summary>Composes the frame from <paramref name="before"/> (null: nothing was shown) to now.</summary>
    public FrameBody Compose(Viewport view, Shown? before)
    {
        if (before?.Cells is not null && picture.Tick - before.Tick < CellTicks)
        {
            return Nothing(before);
        }

        var visible = new ulong[(picture.Count + 63) / 64];
        var count = Look(view, visible);

        // A little slack, so that a view on the edge does not change its kind with every unit that passes.
        var showsCells = count > (before?.Cells is null ? maxUnits : maxUnits * 9 / 10);
        var isReset = before is null || (before.Cells is not null) != showsCells;
        return showsCells ? ComposeCells(view, before, visible, isReset) : ComposeUnits(view, before, visible, isReset);
    }

    private static FrameBody Nothing(Shown before)
        => new(false, EmptyUnits, "[]"u8.ToArray(), before.Cells, [], before, IsEmpty: true);

    private static byte[] EmptyUnits { get; } = """{"n":[],"lon":[],"lat":[],"heading":[],"speed":[],"state":[],"time":[]}"""u8.ToArray();

    private int Look(Viewport view, ulong[] visible)
    {
        HashSet<int>? squads = view.Squads is null ? null : [.. view.Squads.Split(Viewport.Separator).Select(picture.SquadNumber).Where(n => n >= 0)];
        var ownSquad = view.OwnSquad is null ? -2 : picture.SquadNumber(view.OwnSquad);
        var count = 0;
        for (var unit = 0; unit < picture.Count; unit++)
        {
            if (picture.ChangedAt[unit] == 0)
            {
                continue;
            }

            ref readonly var fix = ref picture.Fixes[unit];
            if ((picture.KindBits[unit] & view.Kinds) == 0 || ((1 << (int)picture.States[unit]) & view.States) == 0
                || !view.Contains(fix.Longitude, fix.Latitude)
                || (squads is not null && !squads.Contains(picture.Squads[unit]))
                || (!view.SeesAll && !IsOwn(view, unit, ownSquad)))
            {
                continue;
            }

            visible[unit >> 6] |= 1UL << (unit & 63);
            count++;
        }

        return count;
    }

    private bool IsOwn(Viewport view, int unit, int ownSquad)
        => (ownSquad >= 0 && picture.Squads[unit] == ownSquad) || (view.OwnUnit is not null && picture.IdOf(unit) == view.OwnUnit);

    private FrameBody ComposeUnits(Viewport view, Shown? before, ulong[] visible, bool isReset)
    {
        _changed.Clear();
        _gone.Clear();
        long? oldestNewsMs = null;
        for (var unit = 0; unit < picture.Count; unit++)
        {
            var isVisible = (visible[unit >> 6] & (1UL << (unit & 63))) != 0;
            var was = !isReset && before!.Has(unit);
            if (isVisible && (!was || picture.ChangedAt[unit] > before!.Tick))
            {
                _changed.Add(unit);
                if (was && picture.MovedAt[unit] > before!.Tick)
                {
                    oldestNewsMs = Math.Min(oldestNewsMs ?? long.MaxValue, picture.Fixes[unit].ReceivedAtMs);
                }
            }
            else if (was && !isVisible)
            {
                _gone.Add(unit);
            }
        }

        var after = new Shown(view, picture.Tick, visible, Cells: null);
        var isEmpty = !isReset && _changed.Count == 0 && _gone.Count == 0;
        return new FrameBody(isReset, EncodeUnits(), EncodeNumbers(_gone), null, [.. _changed], after, isEmpty, oldestNewsMs);
    }

    private FrameBody ComposeCells(Viewport view, Shown? before, ulong[] visible, bool isReset)
    {
        _counts.Clear();
        for (var unit = 0; unit < picture.Count; unit++)
        {
            if ((visible[unit >> 6] & (1UL << (unit & 63))) != 0)
            {
                ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, picture.CellOf(unit, view.Resolution), out _);
                cell.Units++;
                cell.Alarms += alarmsOf(unit);
                cell.Kinds[BitOperations.TrailingZeroCount(picture.KindBits[unit])]++;
                cell.States[(int)picture.States[unit]]++;
            }
        }

        var cells = EncodeCells();
        var after = new Shown(view, picture.Tick, visible, cells);
        var isEmpty = !isReset && cells.AsSpan().SequenceEqual(before!.Cells);
        return new FrameBody(isReset, EmptyUnits, "[]"u8.ToArray(), cells, [], after, isEmpty);
    }

    private byte[] EncodeUnits()
    {
        if (_changed.Count == 0)
        {
            return EmptyUnits;
        }

        return Encode(json =>
        {
            json.WriteStartObject();
            Column(json, "n", static (json, _, unit) => json.WriteNumberValue(unit));
            Column(json, "lon", static (json, picture, unit) => json.WriteNumberValue(picture.Fixes[unit].LongitudeE7));
            Column(json, "lat", static (json, picture, unit) => json.WriteNumberValue(picture.Fixes[unit].LatitudeE7));
            Column(json, "heading", static (json, picture, unit) => Optional(json, picture.Fixes[unit].Heading));
            Column(json, "speed", static (json, picture, unit) => Optional(json, picture.Fixes[unit].Speed));
            Column(json, "state", static (json, picture, unit) => json.WriteNumberValue((int)picture.States[unit]));
            Column(json, "time", static (json, picture, unit) => json.WriteNumberValue(picture.Fixes[unit].TimeMs));
            json.WriteEndObject();
        });
    }

    private void Column(Utf8JsonWriter json, string name, Action<Utf8JsonWriter, WallPicture, int> write)
    {
        json.WriteStartArray(name);
        foreach (var unit in _changed)
        {
            write(json, picture, unit);
        }

        json.WriteEndArray();
    }

    private static void Optional(Utf8JsonWriter json, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private byte[] EncodeNumbers(List<int> numbers) => Encode(json => Numbers(json, CollectionsMarshal.AsSpan(numbers)));

    private static void Numbers(Utf8JsonWriter json, ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private byte[] EncodeCells() => Encode(json =>
    {
        json.WriteStartArray();
        foreach (var (cell, counts) in _counts.OrderBy(entry => entry.Key))
        {
            json.WriteStartArray();
            json.WriteStringValue(cell.ToString());
            json.WriteNumberValue(counts.Units);
            json.WriteNumberValue(counts.Alarms);
            Numbers(json, counts.Kinds);
            Numbers(json, counts.States);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    private byte[] Encode(Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, WallJson.WriterOptions);
        write(json);
        json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>How many units of a cell there are, of which kinds and in which states.</summary>
    private struct CellCount
    {
        public int Units;
        public int Alarms;
        public Columns3 Kinds;
        public Columns6 States;
    }

    /// <summary>A number for each kind of unit, in the order of <c>UnitName.kind</c> in docs/api.md.</summary>
    [InlineArray(3)]
    private struct Columns3
    {
        private int _first;
    }

    /// <summary>A number for each <c>UnitState</c>.</summary>
    [InlineArray(6)]
    private struct Columns6
    {
        private int _first;
    }
}
