using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Tours;

/// <summary>Lays out a tour, or lays it out anew.</summary>
/// <param name="Cameras">These, in this order; empty: those that the rest names.</param>
/// <param name="Classes">Those that serve one of these classes; empty: any.</param>
/// <param name="Source">Those that this one runs; null: anyone.</param>
/// <param name="Zone">Those that stand inside the zone of this key; null: anywhere.</param>
/// <param name="DwellSeconds">How long a page is shown.</param>
/// <param name="Tiles">How many pictures a page has.</param>
public sealed record LayOutTour(
    string Name, ImmutableArray<string> Cameras, ImmutableArray<string> Classes, string? Source, string? Zone, int DwellSeconds, int Tiles);

/// <summary>The tour is not needed any more.</summary>
public sealed record RemoveTour;

/// <param name="IsNew">The tour was made by this.</param>
/// <param name="WasThere">There was such a tour before.</param>
public sealed record TourReceipt(bool IsNew, bool WasThere);

/// <summary>A tour goes through these cameras from now on. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record TourLaidOut(
    string Tour, DateTimeOffset At, string By, string Name, ImmutableArray<string> Cameras, ImmutableArray<string> Classes, string? Source, string? Zone,
    int DwellSeconds, int Tiles);

/// <summary>A tour is no more.</summary>
public sealed record TourRemoved(string Tour, DateTimeOffset At, string By);

/// <summary>A tour of cameras (视频巡查): which of them, so many at a time, each page for so long.</summary>
public sealed class TourBehaviour : IBehaviour
{
    private TourLaidOut? _laidOut;

    public void Receive(object message, IActorContext context)
    {
        var wasThere = _laidOut is not null;
        if (Decide(message, context) is { } @event)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new TourReceipt(!wasThere && _laidOut is not null, wasThere));
    }

    public void Apply(object @event) => _laidOut = @event switch
    {
        TourLaidOut laidOut => laidOut,
        TourRemoved => null,
        _ => throw new UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    public IReadOnlyList<object>? Snapshot() => _laidOut is null ? [] : [_laidOut];

    private object? Decide(object message, IActorContext context)
    {
        var (key, at, by) = (context.Self.Key, context.Now, context.Origin.Who ?? "");
        return message switch
        {
            LayOutTour lay => IsSame(lay) ? null : new TourLaidOut(
                key, at, by, lay.Name, lay.Cameras, lay.Classes, lay.Source, lay.Zone, lay.DwellSeconds, lay.Tiles),
            RemoveTour => _laidOut is null ? null : new TourRemoved(key, at, by),
            _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
        };
    }

    private bool IsSame(LayOutTour lay) => _laidOut is { } known
        && (known.Name, known.Source, known.Zone, known.DwellSeconds, known.Tiles) == (lay.Name, lay.Source, lay.Zone, lay.DwellSeconds, lay.Tiles)
        && known.Cameras.SequenceEqual(lay.Cameras) && known.Classes.SequenceEqual(lay.Classes);
}

/// <summary>All tours, by key.</summary>
public sealed class TourDirectory
{
    private readonly ConcurrentDictionary<string, TourLaidOut> _tours = new(StringComparer.Ordinal);

    public IEnumerable<TourLaidOut> All => _tours.Values;

    public int Count => _tours.Count;

    public TourLaidOut? Find(string key) => _tours.GetValueOrDefault(key);

    internal void Apply(object @event)
    {
        if (@event is TourLaidOut laidOut)
        {
            _tours[laidOut.Tour] = laidOut;
        }
        else if (@event is TourRemoved removed)
        {
            _tours.TryRemove(removed.Tour, out _);
        }
    }
}
