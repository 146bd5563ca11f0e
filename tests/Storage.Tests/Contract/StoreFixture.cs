using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;

namespace Vantage.Storage.Tests.Contract;

/// <summary>A store as the contract's tests need it. Each kind of storage brings its own.</summary>
public abstract class StoreFixture : IDisposable
{
    public abstract ITrackLog TrackLog { get; }

    public abstract IHistory History { get; }

    public abstract IJournal Journal { get; }

    public abstract IAccounts Accounts { get; }

    public abstract IRecords Records { get; }

    public abstract IAreas Areas { get; }

    public abstract IPictures Pictures { get; }

    public abstract ITourLog TourLog { get; }

    /// <summary>What the store said of chunks that it cannot read.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Said { get; } = new();

    /// <summary>Changes one byte of each chunk of a unit that begins at a time, as a bad disk would.</summary>
    public abstract void FlipByte(int unit, long firstMs, int at);

    /// <summary>Changes one byte of each outline, as a bad disk would.</summary>
    /// <returns>How many there are.</returns>
    public abstract int FlipOutlines();

    /// <summary>Changes one byte of each block of an hour of heat, as a bad disk would.</summary>
    public abstract void FlipHeat(int hour);

    /// <summary>Changes one byte of each sum of heat.</summary>
    /// <returns>How many there are.</returns>
    public abstract int FlipHeatSums();

    /// <summary>Makes it as if a program that knew no checksums of heat, nor sums, had written everything.</summary>
    public abstract void ForgetHeatSums();

    /// <summary>Makes it as if a program that knew no outlines had written everything.</summary>
    public abstract void ForgetOutlines();

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
