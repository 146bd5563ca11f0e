using System.Diagnostics.CodeAnalysis;

namespace Vantage.Actors.Units;

/// <summary>The tracks of a shard's units, each loaded when it is first asked for. Owned by the shard's thread.</summary>
internal sealed class UnitTracks(UnitDirectory directory, TrackLoader loader)
{
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

    /// <exception cref="IOException">One could not be loaded: none was.</exception>
    public void LoadAll(int[] units)
    {
        foreach (var track in loader.LoadAll(units))
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
