using Vantage.Actors;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;
using Vantage.Storage.Postgres;
using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Postgres;

/// <summary>A store in a database of its own, which has all shards.</summary>
public sealed class PostgresFixture : StoreFixture
{
    private readonly string _database;
    private PostgresStore? _store;

    public PostgresFixture(PostgresServer server)
    {
        _database = server.NewDatabase();
        _store = Open();
    }

    public override ITrackLog TrackLog => _store!.TrackLog;

    public override IHistory History => _store!.History;

    public override IJournal Journal => _store!.Journal;

    public override IAccounts Accounts => _store!.Accounts;

    public override void Reopen()
    {
        _store!.Dispose();
        _store = Open();
    }

    public override void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    private PostgresStore Open()
    {
        var store = PostgresStore.Open(_database);
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            store.History.Claim(shard);
        }

        return store;
    }
}
