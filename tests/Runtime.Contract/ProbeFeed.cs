using System.Collections.Concurrent;
using System.Threading.Channels;
using Vantage.Actors;
using Vantage.Actors.Runtime;
using Vantage.Support;

namespace Vantage.Runtime.Contract;

/// <summary>Keeps what was published, by actor. <see cref="Woke"/> has a channel of its own, as most tests look past it.</summary>
public sealed class ProbeFeed : ILiveFeed
{
    private readonly ConcurrentDictionary<(ActorId, bool), Channel<object>> _channels = new();

    public void Publish(ActorId from, object delta) => Of(from, delta is Woke).Writer.TryWrite(delta);

    public Task<object> NextAsync(ActorId from) => Of(from, isWoke: false).Reader.ReadAsync().AsTask().Soon();

    public Task<object> NextWokeAsync(ActorId from) => Of(from, isWoke: true).Reader.ReadAsync().AsTask().Soon();

    /// <summary>What has been published and not been read.</summary>
    public object[] Rest(ActorId from)
    {
        List<object> rest = [];
        while (Of(from, isWoke: false).Reader.TryRead(out var delta))
        {
            rest.Add(delta);
        }

        return [.. rest];
    }

    private Channel<object> Of(ActorId from, bool isWoke) => _channels.GetOrAdd((from, isWoke), _ => Channel.CreateUnbounded<object>());
}
