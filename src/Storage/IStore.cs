using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;

namespace Vantage.Storage;

/// <summary>Everything that is stored, wherever it is: in a folder, or in a PostgreSQL database. Dispose it after whoever writes has stopped.</summary>
public interface IStore : IDisposable
{
    ITrackLog TrackLog { get; }

    IHistory History { get; }

    IJournal Journal { get; }

    IAccounts Accounts { get; }

    IRecords Records { get; }

    IAreas Areas { get; }

    IPictures Pictures { get; }

    ITourLog TourLog { get; }

    /// <summary>False while storage refuses positions: <c>/readyz</c> should answer 503.</summary>
    bool IsHealthy { get; }

    /// <summary>Why not <see cref="IsHealthy"/>, or null.</summary>
    string? LastError { get; }
}
