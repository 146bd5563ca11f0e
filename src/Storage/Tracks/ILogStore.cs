namespace Vantage.Storage.Tracks;

/// <summary>What the track log's thread writes to. All members belong to that thread.</summary>
internal interface ILogStore
{
    /// <summary>As metrics name it.</summary>
    string Name { get; }

    /// <summary>True while there is nothing to write to. Each <see cref="Begin"/> tries to change that.</summary>
    bool IsAway { get; }

    /// <summary>True when units were numbered that are not stored yet.</summary>
    bool HasNewUnits { get; }

    /// <summary>True when <see cref="RunOwnWork"/> has something to do that may wait for an idle moment.</summary>
    bool HasIdleWork { get; }

    /// <summary>True when it has something to do that may not wait any longer.</summary>
    bool HasDueWork { get; }

    void Begin();

    /// <summary>Stores the marks that moved, and deletes at most some of the frames that nobody needs.</summary>
    /// <returns>True when frames are left to delete.</returns>
    bool Trim(int maxFrames);

    void InsertNewUnits();

    /// <returns>The size of the payloads, in bytes.</returns>
    int InsertFrames(CommitFrames frames);

    /// <summary>Returns when everything since <see cref="Begin"/> is durable, and the frames have their sequences.</summary>
    void Commit();

    /// <summary>Undoes a transaction that failed, wherever it failed. Does not throw.</summary>
    void Rollback();

    /// <summary>What the store does for itself, outside transactions.</summary>
    void RunOwnWork();
}
