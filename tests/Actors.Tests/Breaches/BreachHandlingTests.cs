using System.Diagnostics;
using Vantage.Actors.Breaches;
using Vantage.Actors.Tests.Engine;
using Vantage.Actors.Tests.Runtime;

namespace Vantage.Actors.Tests.Breaches;

public class BreachHandlingTests
{
    public static TheoryData<HandlingState, HandlingState, bool> Steps => new()
    {
        { HandlingState.Open, HandlingState.Acknowledged, true },
        { HandlingState.Open, HandlingState.Handled, true },
        { HandlingState.Open, HandlingState.FalseAlarm, true },
        { HandlingState.Acknowledged, HandlingState.Handled, true },
        { HandlingState.Acknowledged, HandlingState.FalseAlarm, true },
        { HandlingState.Handled, HandlingState.Acknowledged, false },
        { HandlingState.Handled, HandlingState.FalseAlarm, false },
        { HandlingState.FalseAlarm, HandlingState.Acknowledged, false },
        { HandlingState.FalseAlarm, HandlingState.Handled, false },
    };

    [Theory(DisplayName = "[BRE-5] every step of handling that is open is taken with who, when and a note; no other is")]
    [MemberData(nameof(Steps))]
    public void Every_step(HandlingState from, HandlingState to, bool isAllowed)
    {
        var (behaviour, context) = In(from);

        var receipt = context.Send(MessageTo(to, "seen"));

        Assert.Equal(new HandlingReceipt(isAllowed ? to : from, isAllowed), receipt);
        Assert.Equal(isAllowed ? [new BreachHandled("b1", to, context.Now, "wang", "duty", "seen")] : [], context.Recorded);
        Assert.Equal(context.Recorded, context.Published);
        Assert.NotNull(behaviour);
    }

    [Theory(DisplayName = "[BRE-5] doing again what was done is a retry and changes nothing")]
    [InlineData(HandlingState.Acknowledged)]
    [InlineData(HandlingState.Handled)]
    [InlineData(HandlingState.FalseAlarm)]
    public void Retries(HandlingState state)
    {
        var (_, context) = In(state);
        Assert.Equal(new HandlingReceipt(state, IsAllowed: true), context.Send(MessageTo(state, "again")));
        Assert.Empty(context.Recorded);
    }

    [Fact(DisplayName = "[BRE-5] a program's token stands for the person")]
    public void Programs()
    {
        var (_, context) = In(HandlingState.Open);
        context.Origin = new(Token: "export");
        context.Send(new HandleBreach(null));
        Assert.Equal("export", Assert.IsType<BreachHandled>(Assert.Single(context.Recorded)).By);
    }

    [Fact(DisplayName = "[BRE-5] handling outlives a re-evaluation: the breach found again has the id under which it is kept")]
    public void Outlives()
    {
        var world = new World();
        world.Square("z", 0, 0, 50, """[{"key":"r","type":"enter"}]""");
        world.Report(world.Units[0], World.FixAt(0, 0, 0));
        world.Commit();
        var handled = new BreachHandled(world.History.Breaches.Keys.Single(), HandlingState.Handled, World.Now, "wang", null, null);
        var handling = new HandlingDirectory();
        handling.Apply(handled);

        world.Square("z", 0, 0, 60, """[{"key":"r","type":"enter"}]""");
        world.Commit();

        var again = world.History.Breaches.Values.Single(breach => breach.Why.ZoneVersion == 2);
        Assert.Equal(handled, handling.Find(again.Id));
        Assert.Null(handling.Find("another"));
    }

    [Fact(DisplayName = "Messages and events it has no rule for are refused loudly")]
    public void The_unknown()
    {
        var (behaviour, context) = In(HandlingState.Open);
        Assert.Throws<UnreachableException>(() => behaviour.Receive("?", context));
        Assert.Throws<UnreachableException>(() => behaviour.Apply("?"));
    }

    private static (BreachHandlingBehaviour Behaviour, FakeContext Context) In(HandlingState state)
    {
        var behaviour = new BreachHandlingBehaviour();
        if (state != HandlingState.Open)
        {
            behaviour.Apply(new BreachHandled("b1", state, World.Now, null, null, null));
        }

        return (behaviour, new FakeContext(behaviour, "breach/b1"));
    }

    private static object MessageTo(HandlingState state, string? note) => state switch
    {
        HandlingState.Acknowledged => new AcknowledgeBreach(note),
        HandlingState.Handled => new HandleBreach(note),
        HandlingState.FalseAlarm => new MarkFalseAlarm(note),
        _ => throw new UnreachableException($"No message leads to {state}."),
    };
}
