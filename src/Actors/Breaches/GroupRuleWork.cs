using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>Knows which zones' rules for several units are to be worked out anew, and from when on; works them out and stores what they say.</summary>
/// <remarks>Owned by the history thread. Storage keeps what is to be done until it is done, so that a crash forgets none of it.</remarks>
internal sealed class GroupRuleWork(ShardParts parts)
{
    /// <summary>What is written here is of no shard.</summary>
    private const int NoShard = -1;

    /// <summary>How far a start looks back by itself, for what passed while the host was down.</summary>
    private const long LookBackMs = 86_400_000;

    private static readonly TimeSpan AbsenceEvery = TimeSpan.FromSeconds(5);

    private readonly GroupRules _rules = new(parts.History, parts.Directory, parts.Live);
    private readonly Dictionary<string, long> _dueFrom = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Unit, string Zone, long FromMs), long> _seenUntil = [];
    private readonly Dictionary<string, (string Zone, long FromMs, long DueMs)> _provisional = new(StringComparer.Ordinal);
    private DateTimeOffset _absenceAt;
    private long _absenceFromMs;

    /// <summary>Takes up what a stop or a crash left undone.</summary>
    public void Resume(DateTimeOffset now)
    {
        foreach (var (zone, fromMs) in parts.History.ReadGroupWork())
        {
            _dueFrom[zone] = fromMs;
        }

        _absenceFromMs = now.ToUnixTimeMilliseconds();
        foreach (var zone in ZonesWithGroupRules(_absenceFromMs - LookBackMs))
        {
            Add(zone, _absenceFromMs - LookBackMs);
        }
    }

    /// <summary>Notes, here and in the commit itself, what a commit's visits and zones make necessary.</summary>
    public void Collect(ShardCommit commit)
    {
        commit.GroupWork.Clear();
        foreach (var row in commit.Visits)
        {
            if (!parts.Zones.TryNumberOf(row.Zone, out var zone) || !VersionsOf(zone).Any(version => version.HasGroupRules))
            {
                continue;
            }

            // An open visit that only lasts longer changes nothing before its last end.
            var key = (row.Unit, row.Zone, row.FromMs);
            var isLonger = _seenUntil.TryGetValue(key, out var untilMs) && row.IsOpen && !row.Removed && row.ToMs >= untilMs;
            Add(commit, row.Zone, isLonger ? untilMs : row.FromMs);
            if (row.IsOpen && !row.Removed)
            {
                _seenUntil[key] = row.ToMs;
            }
            else
            {
                _seenUntil.Remove(key);
            }
        }

        foreach (var (key, version) in commit.AppliedZones)
        {
            if (parts.Zones.TryNumberOf(key, out var zone) && VersionsOf(zone).Any(v => v.HasGroupRules))
            {
                Add(commit, key, VersionsOf(zone).First(v => v.Version == version).FromMs);
            }
        }
    }

    /// <summary>Adds what the passing of time alone makes necessary: absences, and breaches that are confirmed. Looks every few seconds.</summary>
    public void AddByTime(DateTimeOffset now)
    {
        if (now - _absenceAt < AbsenceEvery)
        {
            return;
        }

        var nowMs = now.ToUnixTimeMilliseconds();
        foreach (var (id, (zone, fromMs, dueMs)) in _provisional)
        {
            if (dueMs <= nowMs)
            {
                Add(zone, fromMs);
                _provisional.Remove(id);
            }
        }

        foreach (var zone in ZonesWithGroupRules(_absenceFromMs))
        {
            Add(zone, _absenceFromMs);
        }

        _absenceAt = now;
        _absenceFromMs = nowMs;
    }

    /// <summary>Does what is due. When storage refuses, it stays due.</summary>
    public void Run(DateTimeOffset now)
    {
        if (_dueFrom.Count == 0)
        {
            return;
        }

        var commit = new ShardCommit { Shard = NoShard };
        foreach (var (key, fromMs) in _dueFrom)
        {
            if (parts.Zones.TryNumberOf(key, out var zone))
            {
                commit.Breaches.AddRange(_rules.Evaluate(VersionsOf(zone), fromMs, now.ToUnixTimeMilliseconds()));
            }

            commit.GroupDone.Add(key);
        }

        AwaitConfirmation(commit);
        parts.History.Commit([commit]);
        _dueFrom.Clear();
        foreach (var breach in commit.Breaches)
        {
            parts.Feed.Publish(new ActorId(ActorKinds.Zone, breach.Zone), breach);
        }
    }

    // What was raised is confirmed by time alone (BRE-2): the work stays open until then, in storage too.
    private void AwaitConfirmation(ShardCommit commit)
    {
        foreach (var breach in commit.Breaches)
        {
            if (breach.State == BreachState.Provisional)
            {
                _provisional[breach.Id] = (breach.Zone, breach.StartedAtMs, breach.RaisedAtMs + BreachDerivation.ConfirmAfterMs);
            }
            else
            {
                _provisional.Remove(breach.Id);
            }
        }

        commit.GroupWork.AddRange(_provisional.Values.GroupBy(waiting => waiting.Zone).Where(zone => commit.GroupDone.Contains(zone.Key))
            .Select(zone => (zone.Key, zone.Min(waiting => waiting.FromMs))));
    }

    private void Add(ShardCommit commit, string zone, long fromMs)
    {
        commit.GroupWork.Add((zone, fromMs));
        Add(zone, fromMs);
    }

    private void Add(string zone, long fromMs) => _dueFrom[zone] = Math.Min(fromMs, _dueFrom.GetValueOrDefault(zone, long.MaxValue));

    private IReadOnlyList<ZoneVersion> VersionsOf(int zone) => parts.Zones.Current.VersionsOf(zone);

    // A version that is still to come must not hide the one in force, nor one that has just ended.
    private IEnumerable<string> ZonesWithGroupRules(long sinceMs)
        => Enumerable.Range(0, parts.Zones.Current.ZoneCount).Select(VersionsOf)
            .Where(versions => versions.Any(version => version.HasGroupRules && version.ToMs >= sinceMs))
            .Select(versions => versions[0].Key);
}
