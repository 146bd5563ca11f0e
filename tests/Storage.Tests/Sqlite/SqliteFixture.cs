using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;
using Vantage.Storage.Sqlite;
using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Sqlite;

public sealed class SqliteFixture : StoreFixture
{
    private readonly TempFolder _folder = new();
    private VantageStore? _store;

    public SqliteFixture() => _store = Open();

    public override ITrackLog TrackLog => _store!.TrackLog;

    public override IHistory History => _store!.History;

    public override IJournal Journal => _store!.Journal;

    public override IAccounts Accounts => _store!.Accounts;

    public override IRecords Records => _store!.Records;

    public override IAreas Areas => _store!.Areas;

    public override IPictures Pictures => _store!.Pictures;

    public override ITourLog TourLog => _store!.TourLog;

    public override void Reopen()
    {
        _store!.Dispose();
        _store = Open();
    }

    public override void FlipByte(int unit, long firstMs, int at)
    {
        using var file = Database.Open(_folder["history.db"], create: false);
        var select = file.Prepare("SELECT fixes FROM chunks WHERE unit = ?1 AND first_ms = ?2").Bind(1, unit).Bind(2, firstMs);
        Assert.True(select.Step());
        var bytes = select.Blob(0).ToArray();
        select.Reset();
        bytes[at % bytes.Length] ^= 0x40;
        file.Prepare("UPDATE chunks SET fixes = ?3 WHERE unit = ?1 AND first_ms = ?2").Bind(1, unit).Bind(2, firstMs).Bind(3, bytes).Run();
    }

    public override int FlipOutlines() => Flip("outlines", "level || ' ' || unit || ' ' || first_ms", "fixes", "true");

    public override void FlipHeat(int hour) => Flip("heat", "rowid", "cells", $"hour = {hour}");

    public override int FlipHeatSums() => Flip("heat_sums", "rowid", "cells", "true");

    public override void ForgetHeatSums()
    {
        using var file = Database.Open(_folder["history.db"], create: false);
        file.Execute("DELETE FROM heat_spans; DELETE FROM heat_sums; UPDATE heat SET crc = NULL;");
    }

    public override void ForgetOutlines()
    {
        using var file = Database.Open(_folder["history.db"], create: false);
        file.Execute("DELETE FROM outlines; UPDATE chunks SET west = NULL, south = NULL, east = NULL, north = NULL;");
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

    private int Flip(string table, string key, string column, string which)
    {
        using var file = Database.Open(_folder["history.db"], create: false);
        Dictionary<string, byte[]> flipped = [];
        var select = file.Prepare($"SELECT cast({key} AS TEXT), {column} FROM {table} WHERE {which}");
        while (select.Step())
        {
            var bytes = select.Blob(1).ToArray();
            bytes[^1] ^= 0x20;
            flipped.Add(select.Text(0), bytes);
        }

        select.Reset();
        foreach (var (row, bytes) in flipped)
        {
            file.Prepare($"UPDATE {table} SET {column} = ?2 WHERE cast({key} AS TEXT) = ?1").Bind(1, row).Bind(2, bytes).Run();
        }

        return flipped.Count;
    }

    private VantageStore Open() => VantageStore.Open(_folder.Path, new StorageOptions { OnDamage = Said.Enqueue });
}
