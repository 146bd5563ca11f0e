using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;

namespace Vantage.Storage.Tests.Contract;

/// <summary>A store as the contract's tests need it. Each kind of storage brings its own.</summary>
public abstract class StoreFixture : IDisposable
{
    public abstract ITrackLog TrackLog { get; }

    public abstract IHistory History { get; }

    public abstract IJournal Journal { get; }

    public abstract IAccounts Accounts { get; }

    /// <summary>Closes it and opens it again: what is durable is there.</summary>
    public abstract void Reopen();

    /// <summary>Closes it for good.</summary>
    public abstract void Close();

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }
}
