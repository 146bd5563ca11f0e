using Vantage.Actors.Runtime;

namespace Vantage.Actors.Tests.Runtime;

/// <summary>Runs a behaviour by hand: what is recorded is applied at once, as every runtime does.</summary>
internal sealed class FakeContext(IBehaviour behaviour, string self) : IActorContext
{
    public ActorId Self { get; } = ActorId.TryParse(self, out var id) ? id : throw new ArgumentException($"'{self}' is no id.", nameof(self));

    public DateTimeOffset Now { get; set; } = new(2026, 5, 28, 12, 0, 0, TimeSpan.Zero);

    public Origin Origin { get; set; } = new(Person: "wang", Post: "duty");

    public List<object> Recorded { get; } = [];

    public List<object> Published { get; } = [];

    public List<object> Replies { get; } = [];

    /// <summary>Those that run, by name: how long from the turn that started them.</summary>
    public Dictionary<string, (TimeSpan Due, object Message)> Timers { get; } = new(StringComparer.Ordinal);

    /// <summary>Sends a message; gives back the reply.</summary>
    public object Send(object message)
    {
        Now = Now.AddSeconds(1);
        Replies.Clear();
        behaviour.Receive(message, this);
        return Assert.Single(Replies);
    }

    /// <summary>Lets a timer ring after some time; false: there is none of that name.</summary>
    public bool Ring(string name, TimeSpan after)
    {
        if (!Timers.Remove(name, out var timer))
        {
            return false;
        }

        Now += after;
        behaviour.Receive(timer.Message, this);
        return true;
    }

    public void Record(object @event)
    {
        Recorded.Add(@event);
        behaviour.Apply(@event);
    }

    public void Reply(object message) => Replies.Add(message);

    public void Publish(object delta) => Published.Add(delta);

    public void Tell(ActorId to, object message) => throw new NotSupportedException();

    public void StartTimer(string name, TimeSpan due, object message) => Timers[name] = (due, message);

    public void CancelTimer(string name) => Timers.Remove(name);

    public void Passivate() => throw new NotSupportedException();
}
