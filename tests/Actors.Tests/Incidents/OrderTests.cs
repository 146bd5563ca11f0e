using FsCheck;
using FsCheck.Fluent;
using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;
using Vantage.Actors.Tests.Runtime;
using Vantage.Actors.Units;

namespace Vantage.Actors.Tests.Incidents;

public class OrderTests
{
    private readonly UnitBehaviour _unit = new();
    private readonly FakeContext _context;

    public OrderTests() => _context = new FakeContext(_unit, "vehicle/v");

    [Fact(DisplayName = "[ORD-1] a unit is sent once to an incident; the same again is a retry and gives the same order")]
    public void Retry()
    {
        var first = Send(new GiveOrder("i1", null, null, false));
        Assert.Equal(new OrderReceipt(OrderOutcome.Done, 1, OrderStep.Given, 1, "i1", "wang"), first);
        Assert.Equal(first, Send(new GiveOrder("i1", "again", null, false)));
        Assert.Equal(new OrderGiven("vehicle/v", _context.Now.AddSeconds(-1), 1, "i1", 1, null, "wang", "duty"), Assert.Single(_context.Recorded));
        Assert.Equal(_context.Recorded, _context.Published);
    }

    [Fact(DisplayName = "[ORD-2] of two dispatchers who saw the unit free, the second is told who was first; what a device or the unit says of an order stands in nobody's way")]
    public void Two_dispatchers()
    {
        Send(new GiveOrder("i1", null, 0, false));
        _context.Origin = new Origin(Person: "li", Name: "李");
        Assert.Equal(new OrderReceipt(OrderOutcome.Changed, 1, OrderStep.Given, 1, "i1", "wang"), Send(new GiveOrder("i2", null, 0, true)));

        Send(new StepOrder(1, OrderStep.Delivered, null));
        Send(new StepOrder(1, OrderStep.Accepted, null));
        Assert.Equal(OrderOutcome.Done, Send(new GiveOrder("i2", null, 1, true)).Outcome);
        Send(new StepOrder(2, OrderStep.Done, null));
        Assert.Equal(OrderOutcome.Changed, Send(new GiveOrder("i3", null, 2, true)).Outcome);
    }

    [Fact(DisplayName = "[ORD-3] a unit that is busy or off duty is sent only by who says that it is known")]
    public void Confirmation()
    {
        _context.Send(new ReportDuty(false, _context.Now.AddHours(8)));
        Assert.Equal(OrderOutcome.OffDuty, Send(new GiveOrder("i1", null, null, false)).Outcome);
        Assert.Equal(OrderOutcome.Done, Send(new GiveOrder("i1", null, null, true)).Outcome);
        Assert.Equal((OrderOutcome.Busy, "i1"), Send(new GiveOrder("i2", null, null, false)) is var busy ? (busy.Outcome, busy.Incident) : default);
        Assert.Equal(2, Send(new GiveOrder("i2", null, null, true)).Order);

        Send(new StepOrder(1, OrderStep.Done, null));
        Send(new StepOrder(2, OrderStep.Done, null));
        _context.Now = _context.Now.AddHours(9);
        Assert.Equal(OrderOutcome.Done, Send(new GiveOrder("i3", null, null, false)).Outcome);
    }

    [Fact(DisplayName = "[ORD-1] a unit has at most twenty open orders")]
    public void Limit()
    {
        for (var i = 1; i <= OrderBook.MaxOpen; i++)
        {
            Assert.Equal(OrderOutcome.Done, Send(new GiveOrder($"i{i}", null, null, true)).Outcome);
        }

        Assert.Equal(OrderOutcome.TooMany, Send(new GiveOrder("more", null, null, true)).Outcome);
    }

    [Theory(DisplayName = "[ORD-4] an order goes forward only, is declined before arrival only, and taken back while it is open only")]
    [InlineData("Delivered Accepted Arrived Done", true)]
    [InlineData("Arrived Done", true)]
    [InlineData("Done", true)]
    [InlineData("Accepted Delivered", false)]
    [InlineData("Accepted Accepted", true)]
    [InlineData("Accepted Declined", true)]
    [InlineData("Arrived Declined", false)]
    [InlineData("Arrived Withdrawn", true)]
    [InlineData("Done Withdrawn", false)]
    [InlineData("Declined Accepted", false)]
    [InlineData("Withdrawn Done", false)]
    [InlineData("Withdrawn Withdrawn", true)]
    [InlineData("Withdrawn Recalled", false)]
    [InlineData("Delivered Withdrawn Recalled", true)]
    [InlineData("Delivered Withdrawn Recalled Recalled", true)]
    [InlineData("Delivered Recalled", false)]
    [InlineData("Given Delivered", true)]
    public void Steps(string steps, bool isAllowed)
    {
        Send(new GiveOrder("i1", null, null, false));
        var outcomes = steps.Split(' ').Select(step => Send(new StepOrder(1, Enum.Parse<OrderStep>(step), null)).Outcome).ToList();
        Assert.All(outcomes.SkipLast(1), outcome => Assert.Equal(OrderOutcome.Done, outcome));
        Assert.Equal(isAllowed ? OrderOutcome.Done : OrderOutcome.NotAllowed, outcomes[^1]);
    }

    [Fact(DisplayName = "[ORD-5] an order is released by its incident; of an incident the unit was never sent to there is none")]
    public void Release()
    {
        Send(new GiveOrder("i1", null, null, false));
        Assert.Equal(OrderOutcome.Unknown, Send(new ReleaseOrder("i2")).Outcome);
        Assert.Equal(OrderStep.Released, Send(new ReleaseOrder("i1")).Step);
        Assert.Equal(OrderOutcome.Unknown, Send(new ReleaseOrder("i1")).Outcome);
        Assert.Equal(OrderOutcome.Unknown, Send(new StepOrder(7, OrderStep.Accepted, null)).Outcome);
        Assert.Equal(OrderOutcome.Done, Send(new GiveOrder("i1", null, null, false)).Outcome);
    }

    [Fact(DisplayName = "Whatever is sent: a unit brought back from its events, or from its snapshot, goes on as the one that never went, the directory shows what the unit knows, and what was so at any time")]
    public void Recovery() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var unit = new UnitBehaviour();
        var context = new FakeContext(unit, "vehicle/v");
        var directory = new IncidentDirectory();
        for (var i = 0; i < 4; i++)
        {
            directory.Apply(new IncidentReported(
                $"i{i}", context.Now, "other", $"事件{i}", "warning", 121.4, 31.2, null, null, "person", null, null, null, context.Now, "wang", "duty"));
        }

        var past = new List<(long TimeMs, string[] Incidents)>();
        for (var i = 0; i < 60; i++)
        {
            var message = Any(random);
            var (fromEvents, fromSnapshot) = (new UnitBehaviour(), new UnitBehaviour());
            context.Recorded.ForEach(fromEvents.Apply);
            foreach (var @event in unit.Snapshot()!)
            {
                fromSnapshot.Apply(@event);
            }

            var events = context.Recorded.Count;
            var receipt = (OrderReceipt)context.Send(message);
            foreach (var again in new[] { fromEvents, fromSnapshot })
            {
                var other = new FakeContext(again, "vehicle/v") { Now = context.Now.AddSeconds(-1) };
                Assert.Equal(receipt, (OrderReceipt)other.Send(message));
                Assert.Equal(context.Recorded.Skip(events), other.Recorded);
            }

            foreach (var @event in context.Recorded.Skip(events))
            {
                directory.Apply(@event);
            }

            var duties = directory.DutiesOf("vehicle/v");
            Assert.Equal(duties.Open.Length, duties.Open.Select(order => order.Incident).Distinct().Count());
            Assert.True(context.Recorded.Count == 0 || duties.Version == receipt.Version, $"{duties.Version} and {receipt.Version}");
            Assert.Equal(
                directory.All.SelectMany(incident => incident.Orders).Where(order => order.IsOpen || order.IsToBeRecalled).Select(order => order.Number).Order(),
                directory.Pending.Select(order => order.Number).Order());
            past.Add((context.Now.ToUnixTimeMilliseconds(), [.. directory.All.Select(Told).Order(StringComparer.Ordinal)]));
        }

        Assert.All(past, then => Assert.Equal(
            then.Incidents, directory.All.Select(incident => Told(incident.At(then.TimeMs)!)).Order(StringComparer.Ordinal)));
    }).QuickCheckThrowOnFailure();

    private static string Told(Incident incident) => $"{incident.Key} {incident.State} {incident.Version} "
        + string.Join(' ', incident.Orders.Select(order => $"{order.Number} {string.Join(',', order.Moments.Select(moment => moment.Step))}"));

    private static object Any(Random random) => random.Next(10) switch
    {
        < 4 => new GiveOrder($"i{random.Next(4)}", null, random.Next(4) == 0 ? random.Next(20) : null, random.Next(3) > 0),
        < 9 => new StepOrder(random.Next(1, 12), (OrderStep)random.Next(9), null),
        _ => new ReleaseOrder($"i{random.Next(4)}"),
    };

    private OrderReceipt Send(object message) => (OrderReceipt)_context.Send(message);
}
