using System.Text.Json;
using Vantage.Actors;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Geo.H3;
using Vantage.Host.Situations;

namespace Vantage.Host.Wall;

/// <summary>The pump's own copy of all units, in columns, with the tick at which each last changed. For the pump's thread only.</summary>
internal sealed class WallPicture(Situation situation, TimeProvider time)
{
    /// <summary>The finest resolution of aggregates.</summary>
    private const int CellResolution = 10;

    private uint[] _seen = [];
    private LiveUnit[] _values = [];
    private UnitInfo[] _infos = [];
    private H3Cell[] _cells = [];
    private ReadOnlyMemory<byte>[] _names = [];
    private readonly Dictionary<string, int> _squadNumbers = new(StringComparer.Ordinal);
    private long _directoryVersion = -1;

    public long Tick { get; private set; }

    /// <summary>One more than the greatest unit number with a fix.</summary>
    public int Count { get; private set; }

    public Fix[] Fixes { get; private set; } = [];

    public UnitState[] States { get; private set; } = [];

    /// <summary>The tick at which a unit's value, squad or kind changed last; 0: it has no fix.</summary>
    public long[] ChangedAt { get; private set; } = [];

    /// <summary>The tick at which a unit's newest fix changed last.</summary>
    public long[] MovedAt { get; private set; } = [];

    /// <summary>The tick at which a unit's name, squad or plate changed last.</summary>
    public long[] RenamedAt { get; private set; } = [];

    public byte[] KindBits { get; private set; } = [];

    /// <summary>-1: in no squad.</summary>
    public int[] Squads { get; private set; } = [];

    /// <summary>Takes in all that changed since the last call.</summary>
    public void Refresh()
    {
        Tick++;
        Grow(situation.Live.Count);
        if (situation.Units.Version != _directoryVersion)
        {
            RefreshNames();
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var unit = 0; unit < Count; unit++)
        {
            if (situation.Live.StampOf(unit) != _seen[unit])
            {
                Take(unit, nowMs);
            }
            else if (ChangedAt[unit] != 0 && situation.StateOf(_infos[unit], _values[unit], nowMs) is var state && state != States[unit])
            {
                States[unit] = state; // It fell silent, or went off duty: no fix came, and that is the change.
                ChangedAt[unit] = Tick;
            }
        }
    }

    public string IdOf(int unit) => situation.Units.Get(unit).IdText;

    public int SquadNumber(string squad) => _squadNumbers.GetValueOrDefault(squad, -1);

    public H3Cell CellOf(int unit, int resolution)
    {
        if (_cells[unit].Value == 0)
        {
            _cells[unit] = H3Cell.Of(Fixes[unit].Position, CellResolution);
        }

        return resolution >= CellResolution ? _cells[unit] : _cells[unit].Parent(resolution);
    }

    /// <summary>The unit's <c>UnitName</c>, as JSON.</summary>
    public ReadOnlyMemory<byte> NameJson(int unit) => _names[unit];

    private void Take(int unit, long nowMs)
    {
        if (!situation.Live.TryGet(unit, out var value))
        {
            return;
        }

        if (ChangedAt[unit] == 0)
        {
            Name(situation.Units.Get(unit));
        }

        if (value.Newest.ReceivedAtMs != Fixes[unit].ReceivedAtMs)
        {
            MovedAt[unit] = Tick;
        }

        _seen[unit] = value.Stamp;
        _values[unit] = value;
        Fixes[unit] = value.Newest;
        States[unit] = situation.StateOf(_infos[unit], value, nowMs);
        ChangedAt[unit] = Tick;
        _cells[unit] = default;
    }

    private void RefreshNames()
    {
        _directoryVersion = situation.Units.Version; // Read first: a change while we read is seen again on the next tick.
        foreach (var info in situation.Units.All)
        {
            if (info.Number < Count)
            {
                Name(info);
            }
        }
    }

    private void Name(UnitInfo info)
    {
        var unit = info.Number;
        _infos[unit] = info;
        var json = JsonSerializer.SerializeToUtf8Bytes(UnitName.Of(info), WallJson.Options);
        var squad = info.Squad is null ? -1 : NumberOf(info.Squad);
        if (_names[unit].Span.SequenceEqual(json))
        {
            return;
        }

        _names[unit] = json;
        RenamedAt[unit] = Tick;
        KindBits[unit] = (byte)(1 << ActorKinds.Units.ToList().IndexOf(info.Id.Kind));
        Squads[unit] = squad;
        if (ChangedAt[unit] != 0)
        {
            ChangedAt[unit] = Tick; // It may enter or leave a filtered view.
        }
    }

    private int NumberOf(string squad)
    {
        if (!_squadNumbers.TryGetValue(squad, out var number))
        {
            _squadNumbers[squad] = number = _squadNumbers.Count;
        }

        return number;
    }

    private void Grow(int count)
    {
        if (count <= Count)
        {
            return;
        }

        if (count > Fixes.Length)
        {
            var size = Math.Max(1024, count * 3 / 2);
            Fixes = Resized(Fixes, size);
            States = Resized(States, size);
            _values = Resized(_values, size);
            _infos = Resized(_infos, size);
            ChangedAt = Resized(ChangedAt, size);
            MovedAt = Resized(MovedAt, size);
            RenamedAt = Resized(RenamedAt, size);
            KindBits = Resized(KindBits, size);
            Squads = Resized(Squads, size);
            _seen = Resized(_seen, size);
            _cells = Resized(_cells, size);
            _names = Resized(_names, size);
        }

        Count = count;
    }

    private static T[] Resized<T>(T[] array, int size)
    {
        Array.Resize(ref array, size);
        return array;
    }
}
