using Vantage.Actors;
using Vantage.Actors.Areas;
using Vantage.Actors.History;
using Vantage.Actors.Journal;
using Vantage.Actors.People;
using Vantage.Actors.Pictures;
using Vantage.Actors.Positions;
using Vantage.Actors.Records;
using Vantage.Actors.Tours;
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

    public override IRecords Records => _store!.Records;

    public override IAreas Areas => _store!.Areas;

    public override IPictures Pictures => _store!.Pictures;

    public override ITourLog TourLog => _store!.TourLog;

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

    public override void FlipByte(int unit, long firstMs, int at) => Assert.Equal(1, PostgresServer.Scalar(
        _database,
        $"""
        WITH flipped AS (UPDATE vantage.chunks SET fixes = set_byte(fixes, {at} % length(fixes), get_byte(fixes, {at} % length(fixes)) # 64)
            WHERE unit = {unit} AND first_ms = {firstMs} RETURNING 1) SELECT count(*)::int FROM flipped
        """));

    public override int FlipOutlines() => Flip("outlines", "fixes", "true");

    public override void FlipHeat(int hour) => Flip("heat", "cells", $"hour = {hour}");

    public override int FlipHeatSums() => Flip("heat_sums", "cells", "true");

    public override void ForgetHeatSums() => PostgresServer.Scalar(
        _database, "DELETE FROM vantage.heat_spans; DELETE FROM vantage.heat_sums; UPDATE vantage.heat SET crc = NULL; SELECT 1");

    public override void ForgetOutlines() => PostgresServer.Scalar(
        _database, "DELETE FROM vantage.outlines; UPDATE vantage.chunks SET west = NULL, south = NULL, east = NULL, north = NULL; SELECT 1");

    private int Flip(string table, string column, string which) => (int)PostgresServer.Scalar(
        _database,
        $"""
        WITH flipped AS (UPDATE vantage.{table} SET {column} = set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 32)
            WHERE {which} RETURNING 1) SELECT count(*)::int FROM flipped
        """)!;

    private PostgresStore Open()
    {
        var store = PostgresStore.Open(_database, new StorageOptions { OnDamage = Said.Enqueue });
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            store.History.Claim(shard);
        }

        return store;
    }
}
