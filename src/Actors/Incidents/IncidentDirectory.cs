using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Vantage.Actors.Incidents;

/// <summary>All incidents and all orders, folded from the events of incidents and of units. Reading is lock-free.</summary>
public sealed class IncidentDirectory
{
    /// <summary>Orders of a unit that are over and still told of.</summary>
    private const int MostEnded = 10;

    private readonly ConcurrentDictionary<string, Incident> _incidents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UnitDuties> _duties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Unit, int Number), UnitOrder> _pending = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<UnitOrder>> _ended = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    public IEnumerable<Incident> All => _incidents.Values;

    /// <summary>Orders about which something is still to be done: open ones, and withdrawn ones whose device does not know yet.</summary>
    public IEnumerable<UnitOrder> Pending => _pending.Values;

    public Incident? Find(string key) => _incidents.GetValueOrDefault(key);

    /// <param name="unit">The unit's id.</param>
    public UnitDuties DutiesOf(string unit) => _duties.GetValueOrDefault(unit, UnitDuties.None);

    /// <summary>The unit's last orders that are over, the newest last.</summary>
    /// <param name="unit">The unit's id.</param>
    public ImmutableArray<UnitOrder> EndedOf(string unit) => _ended.GetValueOrDefault(unit, []);

    /// <summary>The incident that an event is about; null for events of other things.</summary>
    public static string? KeyOf(object delta) => delta switch
    {
        IncidentReported reported => reported.Incident,
        IncidentNoted noted => noted.Incident,
        IncidentClosed closed => closed.Incident,
        OrderGiven given => given.Incident,
        OrderStepped stepped => stepped.Incident,
        _ => null,
    };

    internal void Apply(object @event)
    {
        lock (_writing)
        {
            switch (@event)
            {
                case IncidentReported reported:
                    _incidents[reported.Incident] = new Incident(reported, null, [], []);
                    break;
                case IncidentNoted noted:
                    Change(noted.Incident, incident => incident with { Notes = incident.Notes.Add(noted) });
                    break;
                case IncidentClosed closed:
                    Change(closed.Incident, incident => incident with { Closed = closed });
                    break;
                case OrderGiven given:
                    Put(new UnitOrder(given.Unit, given.Order, given.Incident, [new(OrderStep.Given, given.At, given.By, given.Post, given.Note)]), given.Version);
                    break;
                case OrderStepped stepped when FindOrder(stepped) is { } order:
                    var moment = new OrderMoment(stepped.Step, stepped.At, stepped.By, stepped.Post, stepped.Note, stepped.Picture, stepped.SaidAt);
                    Put(order with { Moments = order.Moments.Add(moment) }, stepped.Version);
                    break;
                default:
                    break; // A step of an order for an incident that this directory never heard of.
            }

            Volatile.Write(ref _version, _version + 1);
        }
    }

    private UnitOrder? FindOrder(OrderStepped stepped) => Find(stepped.Incident)?.Orders.FirstOrDefault(
        order => order.Number == stepped.Order && order.Unit == stepped.Unit);

    private void Put(UnitOrder order, long version)
    {
        Change(order.Incident, incident =>
        {
            var known = incident.Orders.FirstOrDefault(other => other.Number == order.Number && other.Unit == order.Unit);
            return incident with { Orders = known is null ? incident.Orders.Add(order) : incident.Orders.Replace(known, order) };
        });
        var others = DutiesOf(order.Unit).Open.RemoveAll(other => other.Number == order.Number);
        _duties[order.Unit] = new UnitDuties(version, order.IsOpen ? others.Add(order) : others);
        if (!order.IsOpen)
        {
            var ended = EndedOf(order.Unit).RemoveAll(other => other.Number == order.Number).Add(order);
            _ended[order.Unit] = ended.Length > MostEnded ? ended.RemoveAt(0) : ended;
        }

        if (order.IsOpen || order.IsToBeRecalled)
        {
            _pending[(order.Unit, order.Number)] = order;
        }
        else
        {
            _pending.TryRemove((order.Unit, order.Number), out _);
        }
    }

    private void Change(string key, Func<Incident, Incident> change)
    {
        if (_incidents.TryGetValue(key, out var incident))
        {
            _incidents[key] = change(incident);
        }
    }
}
