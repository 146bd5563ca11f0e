using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Vantage.Actors.Units;

/// <summary>The tracks of a shard's units, each loaded when it is first asked for. Owned by the shard's thread.</summary>
internal sealed class UnitTracks(UnitDirectory directory, TrackLoader loader)
{
    private static readonly ParallelOptions Loading = new() { MaxDegreeOfParallelism = 4 };

    private readonly Dictionary<int, UnitTrack> _tracks = [];
    private long _directoryVersion = -1;

    public Dictionary<int, UnitTrack>.ValueCollection All => _tracks.Values;

    public UnitTrack Get(int unit)
    {
        if (!_tracks.TryGetValue(unit, out var track))
        {
            track = loader.Load(unit);
            _tracks.Add(unit, track);
        }

        return track;
    }

    /// <summary>Loads several at the same time: most of a load is waiting for answers, where storage is a server.</summary>
    /// <exception cref="IOException">One could not be loaded: none was.</exception>
    public void LoadAll(int[] units)
    {
        var loaded = new UnitTrack[units.Length];
        try
        {
            Parallel.For(0, units.Length, Loading, i => loaded[i] = loader.Load(units[i]));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        foreach (var track in loaded)
        {
            _tracks.Add(track.Number, track);
        }
    }

    public bool TryGet(int unit, [NotNullWhen(true)] out UnitTrack? track) => _tracks.TryGetValue(unit, out track);

    /// <summary>Takes over squads and the like, if anything was registered since the last time.</summary>
    public void RefreshNames()
    {
        if (_directoryVersion == directory.Version)
        {
            return;
        }

        _directoryVersion = directory.Version;
        foreach (var track in _tracks.Values)
        {
            track.Info = directory.Get(track.Number);
        }
    }
}
