using Vantage.Actors.History;
using Vantage.Actors.Units;

namespace Vantage.Actors.Positions;

/// <summary>When the tracks of a shard are sealed, how far the log may go then, and how much of a track stays in memory.</summary>
internal sealed class TrackSealing(ShardParts parts)
{
    private long _processedAtSeal; // The next seal seals that far.
    private int _fixesBeforeSeal;
    private int _freshFixes;
    private DateTimeOffset? _sealedAt;

    /// <summary>Every fix of frames up to this one is in storage once the commit taken last is.</summary>
    public long SealedSequence { get; private set; }

    /// <summary>How many fixes only the log holds then.</summary>
    public int UnsealedFixes => _fixesBeforeSeal + _freshFixes;

    public void Resume(long sealedSequence) => SealedSequence = _processedAtSeal = sealedSequence;

    public void Placed(int fixes) => _freshFixes += fixes;

    public bool IsDue(DateTimeOffset now)
    {
        _sealedAt ??= now;
        var isMuch = _freshFixes >= parts.SealFixes
            || UnsealedFixes >= 2 * parts.SealFixes; // While the log is held up nothing fresh comes, and what is waiting must go all the same.
        return UnsealedFixes > 0 && (isMuch || now - _sealedAt >= parts.SealAfter);
    }

    /// <summary>Adds to a commit what was placed before the last seal.</summary>
    public void Seal(ShardCommit commit, Dictionary<int, UnitTrack>.ValueCollection tracks, long processedSequence, DateTimeOffset now)
    {
        foreach (var track in tracks)
        {
            if (track.TakeSealable(out var fromMs, out var toMs, out var fixes))
            {
                commit.Tracks.Add(new TrackRewrite(track.Number, fromMs, toMs, commit.TrackCopies.Copy(fixes, parts.TrackBuffers)));
            }
        }

        (SealedSequence, _processedAtSeal) = (_processedAtSeal, processedSequence);
        (_fixesBeforeSeal, _freshFixes) = (_freshFixes, 0);
        _sealedAt = now;
    }

    /// <summary>Cuts a window back. Called when the commit before is durable and the next one is not made yet.</summary>
    public void Trim(UnitTrack track)
    {
        if (track.Count > parts.MaxFixes)
        {
            var unsealed = track.Count - track.IndexAtOrAfter(track.UnsealedFromMs);
            var keep = Math.Max(parts.KeepFixes, unsealed + 1);
            if (track.Count > keep + ((parts.MaxFixes - parts.KeepFixes) / 2)) // What is cut must be worth the copying of what stays.
            {
                track.TrimTo(keep);
            }
        }
    }
}
