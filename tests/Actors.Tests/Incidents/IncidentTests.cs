using Vantage.Actors.Incidents;
using Vantage.Actors.Tests.Runtime;

namespace Vantage.Actors.Tests.Incidents;

public class IncidentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly ReportIncident Report = new(
        "street-vending", "占道设摊", "warning", 121.4, 31.2, "仙霞路1号", null, "person", null, null, null, Noon.AddMinutes(-5));

    private readonly IncidentBehaviour _incident = new();
    private readonly FakeContext _context;
    private readonly IncidentDirectory _directory = new();

    public IncidentTests() => _context = new FakeContext(_incident, "incident/i1");

    [Fact(DisplayName = "[INC-1] an incident is reported once, takes remarks while it is open, and stays closed")]
    public void Life()
    {
        Assert.Equal(new IncidentReceipt(IsKnown: false, IsAllowed: false), _context.Send(new NoteIncident("?")));
        Assert.Equal(new IncidentReceipt(true, true), _context.Send(Report));
        Assert.Equal(new IncidentReceipt(true, false), _context.Send(Report with { Title = "另一件" }));
        Assert.Equal(new IncidentReceipt(true, true), _context.Send(new NoteIncident("摊主已联系")));
        Assert.Equal(new IncidentReceipt(true, true), _context.Send(new CloseIncident("已劝离")));
        Assert.Equal(new IncidentReceipt(true, false), _context.Send(new NoteIncident("太迟")));
        Assert.Equal(new IncidentReceipt(true, false), _context.Send(new CloseIncident(null)));
        Assert.Equal(3, _context.Recorded.Count);

        var again = new IncidentBehaviour();
        foreach (var @event in _incident.Snapshot()!)
        {
            again.Apply(@event);
        }

        Assert.Equal(new IncidentReceipt(true, false), new FakeContext(again, "incident/i1").Send(new CloseIncident(null)));
        _context.Recorded.ForEach(_directory.Apply);
        var shown = _directory.Find("i1")!;
        Assert.Equal((IncidentState.Closed, "占道设摊", "摊主已联系", "已劝离", 3), (shown.State, shown.Reported.Title, shown.Notes[0].Note, shown.Closed!.Note, shown.Version));
    }

    [Theory(DisplayName = "[INC-2] an incident is as far as the furthest of its orders that stand")]
    [InlineData("", IncidentState.New)]
    [InlineData("a:Given", IncidentState.Dispatched)]
    [InlineData("a:Given a:Delivered", IncidentState.Dispatched)]
    [InlineData("a:Given b:Given b:Accepted", IncidentState.Accepted)]
    [InlineData("a:Given b:Given b:Arrived a:Accepted", IncidentState.Arrived)]
    [InlineData("a:Given b:Given b:Arrived b:Done", IncidentState.Dispatched)]
    [InlineData("a:Given b:Given b:Done a:Declined", IncidentState.Done)]
    [InlineData("a:Given a:Declined", IncidentState.New)]
    [InlineData("a:Given a:Accepted a:Withdrawn", IncidentState.New)]
    public void State(string steps, IncidentState state)
    {
        _context.Send(Report);
        _context.Recorded.ForEach(_directory.Apply);
        foreach (var (i, step) in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            var (unit, name) = ($"officer/{step[0]}", Enum.Parse<OrderStep>(step[2..]));
            _directory.Apply(name == OrderStep.Given
                ? new OrderGiven(unit, Noon, 1, "i1", i, null, "wang", null) : new OrderStepped(unit, Noon, 1, "i1", name, i, null, "wang", null));
        }

        Assert.Equal(state, _directory.Find("i1")!.State);
    }
}
