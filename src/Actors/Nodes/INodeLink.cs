namespace Vantage.Actors.Nodes;

/// <summary>The other processes of a cluster, as the live feed needs them: what is said is heard by all of them, soon, and perhaps not at all.</summary>
public interface INodeLink
{
    /// <summary>Another process has joined, or came back: it has heard nothing yet. Must not be waited for.</summary>
    event Action? Joined;

    /// <summary>Something that another process has said. Called by one thread at a time.</summary>
    event Action<object>? Heard;

    /// <summary>Says something to all others. Neither blocks nor throws; what cannot be sent is dropped.</summary>
    void Say(object message);
}
