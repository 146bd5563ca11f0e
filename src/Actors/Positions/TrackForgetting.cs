using Vantage.Actors.History;
using Vantage.Actors.Units;

namespace Vantage.Actors.Positions;

/// <summary>When the old part of a shard's tracks goes, where an installation keeps tracks for a time only: KEEP-1.</summary>
internal sealed class TrackForgetting(ShardParts parts)
{
    /// <summary>Units looked at in one commit: a commit must not wait for the deletion of a year of all.</summary>
    private const int UnitsInOneCommit = 4;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private readonly Queue<int> _units = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public void AddTo(ShardCommit commit, Dictionary<int, UnitTrack>.ValueCollection tracks, DateTimeOffset now)
    {
        if (parts.KeepTracks is not { } keep)
        {
            return;
        }

        if (_units.Count == 0 && now >= _next)
        {
            _next = now + Every;
            foreach (var track in tracks)
            {
                _units.Enqueue(track.Number);
            }
        }

        for (var i = 0; i < UnitsInOneCommit && _units.TryDequeue(out var unit); i++)
        {
            commit.Forgets.Add(new TrackForget(unit, (now - keep).ToUnixTimeMilliseconds()));
        }
    }
}
