using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>Compares the breaches that follow from visits now with those that did before: raises, changes and retracts them (BRE-3).</summary>
internal sealed class BreachChanges(ShardParts parts, Uncommitted uncommitted)
{
    /// <summary>Derives a visit's breaches anew; those that are gone are retracted when <paramref name="before"/> are the visit's own.</summary>
    /// <param name="before">The breaches, as they were last emitted, among which those of the visit are.</param>
    public void Derive(UnitTrack track, ZoneSet zones, Visit visit, List<Breach> before, long newestMs, long nowMs)
    {
        var derived = BreachDerivation.Derive(visit, track, zones, newestMs, before);
        track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
        foreach (var breach in derived)
        {
            if (breach.RaisedAtMs == Breach.NotRaised)
            {
                Raise(track, visit.Zone, zones, breach, nowMs);
            }

            if (!Contains(before, breach))
            {
                Put(breach);
            }
        }

        if (ReferenceEquals(before, visit.Breaches))
        {
            RetractVanished(before, derived, nowMs);
        }

        visit.Breaches = derived;
    }

    public void RetractVanished(List<Breach> before, List<Breach> after, long nowMs)
    {
        foreach (var old in before)
        {
            if (!HasId(after, old.Id))
            {
                Put(Retract(old, after, before, nowMs));
            }
        }
    }

    private static bool HasId(List<Breach> breaches, string id)
    {
        foreach (var breach in breaches)
        {
            if (breach.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(List<Breach> breaches, Breach wanted)
    {
        foreach (var breach in breaches)
        {
            if (ReferenceEquals(breach, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private void Raise(UnitTrack track, int zone, ZoneSet zones, Breach breach, long nowMs)
    {
        breach.RaisedAtMs = nowMs;
        var cooldownMs = zones.CooldownOf(zone, breach.Why.ZoneVersion, breach.Rule);
        if (cooldownMs == 0)
        {
            return;
        }

        track.Announced ??= [];
        if (!track.Announced.TryGetValue((zone, breach.Rule), out var lastMs))
        {
            lastMs = LastAnnounced(track, breach, cooldownMs);
        }

        breach.IsMuted = breach.StartedAtMs >= lastMs && breach.StartedAtMs - lastMs < cooldownMs;
        track.Announced[(zone, breach.Rule)] = breach.IsMuted ? lastMs : Math.Max(lastMs, breach.StartedAtMs);
    }

    // After a restart what was announced is known from storage alone.
    private long LastAnnounced(UnitTrack track, Breach breach, long cooldownMs)
    {
        var stored = new List<Breach>();
        parts.History.ReadBreachesOfUnit(track.Number, breach.Zone, breach.StartedAtMs - cooldownMs, breach.StartedAtMs, stored);
        return stored.Where(old => old.Rule == breach.Rule && !old.IsMuted && old.Id != breach.Id)
            .Select(old => old.StartedAtMs).DefaultIfEmpty(DateTimeOffset.MinValue.ToUnixTimeMilliseconds()).Max();
    }

    private static Breach Retract(Breach vanished, List<Breach> after, List<Breach> before, long nowMs)
    {
        var successor = after.Where(breach => breach.Rule == vanished.Rule && !before.Exists(old => old.Id == breach.Id))
            .MinBy(breach => Math.Abs(breach.StartedAtMs - vanished.StartedAtMs));
        return vanished with { State = BreachState.Retracted, SupersededBy = successor?.Id, RetractedAtMs = nowMs };
    }

    private void Put(Breach breach)
    {
        uncommitted.Put(breach);
        parts.Feed.Publish(new ActorId(ActorKinds.Zone, breach.Zone), breach);
    }
}
