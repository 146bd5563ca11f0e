using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>Notes which zones' rules for several units are to be worked out anew, and from when on; works them out and stores what they say.</summary>
/// <remarks>
/// Owned by the history thread. What is to be done is kept by storage until it is done: a crash forgets none of it, and whoever has the zone's
/// shard by then finds it.
/// </remarks>
internal sealed class GroupRuleWork(ShardParts parts)
{
    /// <summary>How far a start looks back by itself, for what passed while the host was down.</summary>
    private const long LookBackMs = 86_400_000;

    private static readonly TimeSpan AbsenceEvery = TimeSpan.FromSeconds(5);

    private readonly GroupRules _rules = new(parts.History, parts.Directory, parts.Live);
    private readonly Dictionary<string, long> _byTime = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Unit, string Zone, long FromMs), long> _seenUntil = [];
    private DateTimeOffset _absenceAt;
    private long _absenceFromMs;

    /// <summary>Begins to look at the time, some way back.</summary>
    public void Resume(DateTimeOffset now)
    {
        _absenceFromMs = now.ToUnixTimeMilliseconds();
        AddByTime(_absenceFromMs - LookBackMs);
    }

    /// <summary>Notes in a commit what its visits and zones make necessary.</summary>
    public void Collect(ShardCommit commit)
    {
        commit.GroupWork.Clear();
        if (commit.IsFirst)
        {
            ForgetVisitsOf(commit.Shard);
        }

        foreach (var row in commit.Visits.Where(row => HasGroupRules(row.Zone)))
        {
            // An open visit that only lasts longer changes nothing before its last end.
            var isLonger = _seenUntil.TryGetValue(KeyOf(row), out var untilMs) && Lasts(row) && row.ToMs >= untilMs;
            commit.GroupWork.Add(new GroupWork(row.Zone, isLonger ? untilMs : row.FromMs, DueMs: 0));
        }

        foreach (var (key, version) in commit.AppliedZones)
        {
            if (parts.Zones.TryNumberOf(key, out var zone) && VersionsOf(zone).Any(v => v.HasGroupRules))
            {
                commit.GroupWork.Add(new GroupWork(key, VersionsOf(zone).First(v => v.Version == version).FromMs, DueMs: 0));
            }
        }
    }

    /// <summary>The commit is durable: from here on its visits are those that others are compared with.</summary>
    public void Stored(ShardCommit commit)
    {
        foreach (var row in commit.Visits.Where(row => HasGroupRules(row.Zone)))
        {
            if (Lasts(row))
            {
                _seenUntil[KeyOf(row)] = row.ToMs;
            }
            else
            {
                _seenUntil.Remove(KeyOf(row));
            }
        }
    }

    /// <summary>Adds what the passing of time alone makes necessary: absences. Looks every few seconds.</summary>
    public void AddByTime(DateTimeOffset now)
    {
        if (now - _absenceAt >= AbsenceEvery)
        {
            AddByTime(_absenceFromMs);
            _absenceAt = now;
            _absenceFromMs = now.ToUnixTimeMilliseconds();
        }
    }

    /// <summary>Does what is due. When storage refuses, it stays due.</summary>
    /// <param name="isOwn">Whether the zones of a shard are this process's to work out.</param>
    public void Run(DateTimeOffset now, Func<int, bool> isOwn)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        var due = TakeDue(nowMs, isOwn);
        if (due.Count == 0)
        {
            return;
        }

        var commits = due.GroupBy(work => ShardOf(work.Zone)).Select(works => Evaluate(works.Key, works, nowMs)).ToList();
        parts.History.Commit(commits);
        due.ForEach(work => _byTime.Remove(work.Zone));
        foreach (var breach in commits.SelectMany(commit => commit.Breaches))
        {
            parts.Feed.Publish(new ActorId(ActorKinds.Zone, breach.Zone), breach);
        }
    }

    // The shard was read back, or comes from another process: what was seen of its visits here may not be so any more.
    private void ForgetVisitsOf(int shard)
    {
        foreach (var key in _seenUntil.Keys.Where(key => Shards.Of(parts.Directory.Get(key.Unit).Id) == shard).ToArray())
        {
            _seenUntil.Remove(key);
        }
    }

    private List<GroupWork> TakeDue(long nowMs, Func<int, bool> isOwn)
    {
        var due = parts.History.ReadGroupWork().Where(work => work.DueMs <= nowMs && isOwn(ShardOf(work.Zone)))
            .ToDictionary(work => work.Zone, StringComparer.Ordinal);
        foreach (var zone in _byTime.Keys.ToArray())
        {
            if (isOwn(ShardOf(zone)))
            {
                var work = due.GetValueOrDefault(zone, new GroupWork(zone, long.MaxValue, DueMs: 0));
                due[zone] = work with { FromMs = Math.Min(work.FromMs, _byTime[zone]) };
            }
            else
            {
                // Its owner looks. Should that one stop, whoever takes the zone over looks back as far as a start does.
                _byTime[zone] = Math.Max(_byTime[zone], nowMs - LookBackMs);
            }
        }

        return [.. due.Values];
    }

    private ShardCommit Evaluate(int shard, IEnumerable<GroupWork> works, long nowMs)
    {
        var commit = new ShardCommit { Shard = shard, IsGroupOnly = true };
        foreach (var work in works)
        {
            List<Breach> unconfirmed = [];
            if (parts.Zones.TryNumberOf(work.Zone, out var zone))
            {
                var changed = _rules.Evaluate(VersionsOf(zone), work.FromMs, nowMs, unconfirmed);
                commit.Breaches.AddRange(changed);
                if (!IsStored(work))
                {
                    unconfirmed.RemoveAll(breach => !changed.Exists(now => now.Id == breach.Id)); // The others are noted already.
                }
            }

            if (IsStored(work))
            {
                commit.GroupDone.Add((work.Zone, work.Version));
            }

            AwaitConfirmation(commit, work.Zone, unconfirmed);
        }

        return commit;
    }

    // What was raised is confirmed by time alone (BRE-2): storage keeps the work for then.
    private static void AwaitConfirmation(ShardCommit commit, string zone, List<Breach> unconfirmed)
    {
        if (unconfirmed.Count > 0)
        {
            commit.GroupWork.Add(new GroupWork(
                zone, unconfirmed.Min(breach => breach.StartedAtMs), unconfirmed.Min(breach => breach.RaisedAtMs) + BreachDerivation.ConfirmAfterMs));
        }
    }

    private static int ShardOf(string zone) => Shards.Of(new ActorId(ActorKinds.Zone, zone));

    /// <summary>Not by the passing of time alone.</summary>
    private static bool IsStored(GroupWork work) => work.Version > 0;

    private static bool Lasts(in VisitRow row) => row.IsOpen && !row.Removed;

    private static (int Unit, string Zone, long FromMs) KeyOf(in VisitRow row) => (row.Unit, row.Zone, row.FromMs);

    private void AddByTime(long fromMs)
    {
        foreach (var zone in ZonesWithGroupRules(fromMs))
        {
            _byTime[zone] = Math.Min(fromMs, _byTime.GetValueOrDefault(zone, long.MaxValue));
        }
    }

    private bool HasGroupRules(string key) => parts.Zones.TryNumberOf(key, out var zone) && VersionsOf(zone).Any(version => version.HasGroupRules);

    private IReadOnlyList<ZoneVersion> VersionsOf(int zone) => parts.Zones.Current.VersionsOf(zone);

    // A version that is still to come must not hide the one in force, nor one that has just ended.
    private IEnumerable<string> ZonesWithGroupRules(long sinceMs)
        => Enumerable.Range(0, parts.Zones.Current.ZoneCount).Select(VersionsOf)
            .Where(versions => versions.Any(version => version.HasGroupRules && version.ToMs >= sinceMs))
            .Select(versions => versions[0].Key);
}
