using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;
using Vantage.Storage.Postgres;
using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Postgres;

/// <summary>A store in a database of its own. History and accounts are SQLite's alone.</summary>
public sealed class PostgresFixture : StoreFixture
{
    private readonly string _database;
    private PostgresStore? _store;

    public PostgresFixture(PostgresServer server)
    {
        _database = server.NewDatabase();
        _store = PostgresStore.Open(_database);
    }

    public override ITrackLog TrackLog => _store!.TrackLog;

    public override IHistory History => throw new NotSupportedException();

    public override IJournal Journal => _store!.Journal;

    public override IAccounts Accounts => throw new NotSupportedException();

    public override void Reopen()
    {
        _store!.Dispose();
        _store = PostgresStore.Open(_database);
    }

    public override void Close()
    {
        _store?.Dispose();
        _store = null;
    }
}
