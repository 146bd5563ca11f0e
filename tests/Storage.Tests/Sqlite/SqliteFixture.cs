using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Positions;
using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Sqlite;

public sealed class SqliteFixture : StoreFixture
{
    private readonly TempFolder _folder = new();
    private VantageStore? _store;

    public SqliteFixture() => _store = VantageStore.Open(_folder.Path);

    public override ITrackLog TrackLog => _store!.TrackLog;

    public override IHistory History => _store!.History;

    public override IJournal Journal => _store!.Journal;

    public override IAccounts Accounts => _store!.Accounts;

    public override void Reopen()
    {
        _store!.Dispose();
        _store = VantageStore.Open(_folder.Path);
    }

    public override void Close()
    {
        if (_store is not null)
        {
            _store.Dispose();
            _store = null;
            _folder.Dispose();
        }
    }
}
