using Vantage.Simulator.City;

namespace Vantage.Simulator.Scenes;

/// <summary>Plans a unit's shift on the road graph: from the base through its beat, its appointments, and back.</summary>
internal sealed class Patrol(long seed, RoadGraph graph, Duties duties)
{
    private const double BeatRadiusMetres = 650;
    private const string WalkersOnly = "黄金城道";

    public Itinerary Plan(UnitPlan unit, Shift shift)
    {
        var trip = new Trip(this, unit, shift);
        return trip.Plan();
    }

    /// <summary>Walking pace 1.0–1.6 m/s; driving 7–10.8 m/s on main roads, 5–8 m/s on others.</summary>
    private static double Speed(UnitPlan unit, RoadEdge edge, ref Dice dice)
    {
        if (!unit.IsVehicle)
        {
            return dice.Between(1.0, 1.6);
        }

        var isPrimary = edge.Road.Class == RoadClass.Primary;
        var speed = isPrimary ? dice.Between(7, 10.8) : dice.Between(5, 8);
        return Duties.IsSpeeder(unit) && isPrimary ? Math.Max(speed, 9.8) * Duties.SpeederFactor : speed;
    }

    private static bool MayUse(UnitPlan unit, RoadEdge edge)
        => !unit.IsVehicle || edge.Road.Name != WalkersOnly || Duties.IsTrespasser(unit);

    /// <summary>One unit on one shift, while it is planned.</summary>
    private sealed class Trip
    {
        private readonly Patrol _patrol;
        private readonly UnitPlan _unit;
        private readonly Shift _shift;
        private readonly ItineraryBuilder _builder;
        private readonly Queue<Appointment> _appointments;
        private readonly int _beat;
        private Dice _dice;
        private int _node;
        private RoadEdge? _cameBy;

        public Trip(Patrol patrol, UnitPlan unit, Shift shift)
        {
            (_patrol, _unit, _shift) = (patrol, unit, shift);
            _dice = Dice.Of(patrol.Seed, 5, unit.Index, shift.Day);
            _node = unit.Squad.Base;
            _builder = new(shift, patrol.Graph.Nodes[_node]);
            _appointments = new(patrol.Duties.Of(unit, shift));
            _beat = PickNear(unit.Squad.At, unit.IsVehicle ? 900 : 700);
        }

        private RoadGraph Graph => _patrol.Graph;

        public Itinerary Plan()
        {
            _builder.Stay(_dice.Between(180, _unit.IsVehicle ? 900 : 420)); // Briefing at the base.
            Follow(_beat);
            while (TimeLeftMs() > TravelMs(_unit.Squad.Base) + 120_000)
            {
                if (!KeepAppointment())
                {
                    Step();
                }
            }

            Follow(_unit.Squad.Base);
            return _builder.Build();
        }

        // True when an appointment took this turn.
        private bool KeepAppointment()
        {
            if (!_appointments.TryPeek(out var next))
            {
                return false;
            }

            var leaveMs = next.FromMs - (next.Node is { } node ? TravelMs(node) : 0);
            if (_builder.NowMs < leaveMs)
            {
                return false;
            }

            _appointments.Dequeue();
            if (next.Node is { } target)
            {
                Follow(target);
            }

            _builder.StayUntil(Math.Min(next.UntilMs, _shift.EndMs - TravelMs(_unit.Squad.Base)));
            return true;
        }

        private void Step()
        {
            if (_unit.IsVehicle)
            {
                Drive();
            }
            else
            {
                Walk();
            }
        }

        // An officer wanders about the beat, rather on than back, and now and then looks at something for a while.
        private void Walk()
        {
            if (Graph.Nodes[_node].DistanceTo(Graph.Nodes[_beat]) > BeatRadiusMetres)
            {
                Follow(_beat);
                return;
            }

            var edges = Graph.EdgesAt(_node);
            var edge = edges[_dice.Pick(edges.Count)];
            if (edge == _cameBy && edges.Count > 1)
            {
                edge = edges[_dice.Pick(edges.Count)];
            }

            Take(edge);
            if (_dice.Chance(0.35))
            {
                _builder.Stay(_dice.Between(45, 300));
            }
        }

        // A vehicle drives to some crossing of its own area, one trip in six anywhere, and stands there for a while.
        private void Drive()
        {
            var isFar = _dice.Chance(1 / 6.0);
            Follow(isFar ? _dice.Pick(Graph.Nodes.Count) : PickNear(Graph.Nodes[_beat], 1200));
            _builder.Stay(_dice.Chance(0.12) ? _dice.Between(900, 1500) : _dice.Between(120, 600));
        }

        private void Follow(int target)
        {
            foreach (var edge in Graph.Route(_node, target, edge => MayUse(_unit, edge)))
            {
                Take(edge);
                if (_unit.IsVehicle && _dice.Chance(0.3))
                {
                    _builder.Stay(_dice.Between(10, 55)); // A red light.
                }
            }
        }

        private void Take(RoadEdge edge)
        {
            _builder.Go(edge, _node, Speed(_unit, edge, ref _dice));
            _node = edge.OtherEnd(_node);
            _cameBy = edge;
        }

        private int PickNear(Point point, double metres)
        {
            int[] near = [.. Enumerable.Range(0, Graph.Nodes.Count).Where(node => Graph.Nodes[node].DistanceTo(point) <= metres)];
            return near.Length == 0 ? Graph.NearestNode(point) : near[_dice.Pick(near.Length)];
        }

        private long TimeLeftMs() => _shift.EndMs - _builder.NowMs;

        // On the slow side, so that people come on time: at the lowest pace, red lights included.
        private long TravelMs(int target)
        {
            if (target == _node)
            {
                return 0;
            }

            var secondsPerMetre = _unit.IsVehicle ? 1 / 5.0 : 1 / 1.1;
            var seconds = 0.0;
            foreach (var edge in Graph.Route(_node, target, edge => MayUse(_unit, edge)))
            {
                seconds += edge.LengthMetres * secondsPerMetre + (_unit.IsVehicle ? 12 : 0);
            }

            return (long)(seconds * 1000);
        }
    }

    private long Seed => seed;

    private RoadGraph Graph => graph;

    private Duties Duties => duties;
}
