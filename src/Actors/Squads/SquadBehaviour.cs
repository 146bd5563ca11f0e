using System.Collections.Concurrent;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Squads;

/// <summary>Gives a squad its name.</summary>
public sealed record NameSquad(string Name);

public sealed record SquadReceipt(bool IsNew);

/// <summary>A squad is from now on called this. On the wire for ever: add fields, never rename or reuse them.</summary>
public sealed record SquadNamed(string Squad, DateTimeOffset At, string Name);

/// <summary>A squad: what it is called. Who belongs to it is said of each unit.</summary>
public sealed class SquadBehaviour : IBehaviour
{
    private SquadNamed? _named;

    public void Receive(object message, IActorContext context)
    {
        if (message is not NameSquad name)
        {
            throw new UnreachableException($"No rule for message {message.GetType().Name}.");
        }

        var isNew = _named is null;
        if (name.Name != _named?.Name)
        {
            var @event = new SquadNamed(context.Self.Key, context.Now, name.Name);
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new SquadReceipt(isNew));
    }

    public void Apply(object @event) => _named = @event switch
    {
        SquadNamed named => named,
        _ => throw new UnreachableException($"No rule for event {@event.GetType().Name}."),
    };

    public IReadOnlyList<object>? Snapshot() => _named is null ? [] : [_named];
}

/// <summary>The names of squads, by key.</summary>
public sealed class SquadDirectory
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    public IEnumerable<(string Key, string Name)> All => _names.Select(squad => (squad.Key, squad.Value));

    /// <summary>What a squad is called; its key when nobody has said.</summary>
    public string NameOf(string squad) => _names.GetValueOrDefault(squad, squad);

    internal void Apply(SquadNamed named) => _names[named.Squad] = named.Name;
}
