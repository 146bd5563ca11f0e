using System.Runtime.InteropServices;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Visits;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Breaches;

/// <summary>Compares the breaches that follow from visits now with those that did before: raises, changes and retracts them (BRE-3).</summary>
internal sealed class BreachChanges(ShardParts parts, Uncommitted uncommitted)
{
    private readonly List<Breach> _derived = [];

    /// <summary>Derives a visit's breaches anew, and retracts those that are gone.</summary>
    public void Update(UnitTrack track, ZoneSet zones, Visit visit, long newestMs, long nowMs)
    {
        var before = visit.Breaches;
        Derive(track, zones, visit, before, newestMs, nowMs);
        RetractVanished(before, visit.Breaches, nowMs);
    }

    /// <summary>Derives a visit's breaches anew; what is gone is left to <see cref="RetractVanished"/>.</summary>
    /// <param name="before">The breaches, as they were last emitted, among which those of the visit are.</param>
    public void Derive(UnitTrack track, ZoneSet zones, Visit visit, ReadOnlySpan<Breach> before, long newestMs, long nowMs)
    {
        BreachDerivation.Derive(visit, track, zones, newestMs, before, _derived);
        track.NextCheckMs = Math.Min(track.NextCheckMs, visit.NextCheckMs);
        foreach (var breach in _derived)
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

        if (!AreSame(CollectionsMarshal.AsSpan(_derived), visit.Breaches))
        {
            visit.Breaches = [.. _derived];
        }
    }

    public void RetractVanished(ReadOnlySpan<Breach> before, ReadOnlySpan<Breach> after, long nowMs)
    {
        foreach (var old in before)
        {
            if (!HasId(after, old.Id))
            {
                Put(Retract(old, after, before, nowMs));
            }
        }
    }

    private static bool AreSame(ReadOnlySpan<Breach> some, ReadOnlySpan<Breach> others)
    {
        var isSame = some.Length == others.Length;
        for (var i = 0; i < some.Length && isSame; i++)
        {
            isSame = ReferenceEquals(some[i], others[i]);
        }

        return isSame;
    }

    private static bool HasId(ReadOnlySpan<Breach> breaches, string id)
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

    private static bool Contains(ReadOnlySpan<Breach> breaches, Breach wanted)
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

    /// <summary>In its place stands, if any, the nearest that is new of the same rule.</summary>
    private static Breach Retract(Breach vanished, ReadOnlySpan<Breach> after, ReadOnlySpan<Breach> before, long nowMs)
    {
        var (successor, nearestMs) = ((string?)null, long.MaxValue);
        foreach (var breach in after)
        {
            var distanceMs = Math.Abs(breach.StartedAtMs - vanished.StartedAtMs);
            if (distanceMs < nearestMs && breach.Rule == vanished.Rule && !HasId(before, breach.Id))
            {
                (successor, nearestMs) = (breach.Id, distanceMs);
            }
        }

        return vanished with { State = BreachState.Retracted, SupersededBy = successor, RetractedAtMs = nowMs };
    }

    private void Put(Breach breach)
    {
        uncommitted.Put(breach);
        parts.Feed.Publish(new ActorId(ActorKinds.Zone, breach.Zone), breach);
    }
}
