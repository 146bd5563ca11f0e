using Vantage.Actors.Heat;
using Vantage.Actors.History;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.History;

/// <summary>The heat cube: a row for each hour and block, merged in memory and written once a commit. Recent rows stay decoded.</summary>
internal sealed class HeatBlocks(int maxCachedCells, HeatSums sums, DamageReport damage)
{
    public const string Schema = """
        CREATE TABLE heat (hour INTEGER NOT NULL, block INTEGER NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (hour, block));
        """;

    private readonly Dictionary<(int Hour, ulong Block), LinkedListNode<Entry>> _cache = [];
    private readonly LinkedList<Entry> _byUse = new();
    private readonly List<Entry> _changed = [];
    private byte[] _buffer = new byte[1 << 16];
    private ushort[] _order = [];
    private int _cachedCells;

    /// <summary>Merges deltas in memory; <see cref="Write"/> then stores what changed.</summary>
    /// <exception cref="ArgumentException">A cell is not of the base resolution.</exception>
    public void Add(Database writer, List<HeatDelta> deltas) => HeatBlock.Add(deltas, key => Change(writer, key));

    /// <returns>The bytes written.</returns>
    public long Write(Database writer)
    {
        foreach (var hour in _changed.Select(changed => changed.Key.Hour).Distinct())
        {
            sums.Drop(writer, hour);
        }

        var bytes = 0L;
        foreach (var (key, block) in _changed)
        {
            block.IsChanged = false;
            if (block.Count == 0)
            {
                writer.Prepare("DELETE FROM heat WHERE hour = ?1 AND block = ?2").Bind(1, key.Hour).Bind(2, (long)key.Block).Run();
                continue;
            }

            var cells = block.Encode(ref _buffer, ref _order);
            bytes += cells.Length;
            writer.Prepare(
                """
                INSERT INTO heat (hour, block, cells, crc) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (hour, block) DO UPDATE SET cells = excluded.cells, crc = excluded.crc
                """).Bind(1, key.Hour).Bind(2, (long)key.Block).Bind(3, cells).Bind(4, HeatBlock.Checksum(cells)).Run();
        }

        _changed.Clear();
        Evict();
        return bytes;
    }

    /// <summary>After a rollback memory is ahead of the file.</summary>
    public void Forget()
    {
        _cache.Clear();
        _byUse.Clear();
        _changed.Clear();
        _cachedCells = 0;
    }

    public static void Read(Database reader, int fromHour, int toHour, Func<ulong, bool>? inside, Action<HeatDelta> add)
        => Read(reader, fromHour, toHour, inside, (hour, block, cells) => HeatBlock.Read(cells, hour, block, add));

    /// <summary>Adds up hours.</summary>
    public static void Sum(Database reader, int fromHour, int toHour, Func<ulong, bool>? inside, HeatTally tally)
        => Read(reader, fromHour, toHour, inside, (_, block, cells) => tally.Add(cells, block, HeatCube.BaseResolution));

    /// <summary>The hours of which a row is damaged, or was kept aside.</summary>
    public static IReadOnlyList<int> Damaged(Database reader, int fromHour, int toHour)
    {
        SortedSet<int> hours = [];
        var select = reader.Prepare("SELECT hour, cells, crc FROM heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour);
        while (select.Step())
        {
            if (!HeatBlock.IsWhole(select.Blob(1), select.NullableInt64(2)))
            {
                hours.Add(select.Int32(0));
            }
        }

        select.Reset();
        var aside = reader.Prepare("SELECT hour FROM damaged_heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour);
        while (aside.Step())
        {
            hours.Add(aside.Int32(0));
        }

        aside.Reset();
        return [.. hours];
    }

    /// <summary>Drops what is stored of hours, and merges other heat in memory; <see cref="Write"/> then stores it.</summary>
    /// <exception cref="ArgumentException">A cell is not of the base resolution, or an hour is another.</exception>
    public void Replace(Database writer, int fromHour, int toHour, List<HeatDelta> heat)
    {
        HeatBlock.CheckHours(fromHour, toHour, heat);
        Forget();
        for (var hour = fromHour; hour < toHour; hour++)
        {
            sums.Drop(writer, hour);
        }

        writer.Prepare("DELETE FROM heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour).Run();
        writer.Prepare("DELETE FROM damaged_heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour).Run();
        sums.Mend(fromHour, toHour);
        Add(writer, heat);
    }

    private static void Read(Database reader, int fromHour, int toHour, Func<ulong, bool>? inside, OnRow onRow)
    {
        var select = reader.Prepare("SELECT hour, block, cells, crc FROM heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour);
        while (select.Step())
        {
            var block = (ulong)select.Int64(1);
            if (inside is not null && !inside(block))
            {
                continue; // Its blob is never read from disk.
            }

            try
            {
                onRow(select.Int32(0), block, HeatBlock.Checked(select.Blob(2), select.NullableInt64(3)));
            }
            catch (InvalidDataException damage)
            {
                throw select.Damaged(HeatBlock.NameOf(select.Int32(0), block), damage, HeatBlock.Remedy);
            }
        }

        select.Reset();
        ThrowIfKeptAside(reader, fromHour, toHour, inside);
    }

    private static void ThrowIfKeptAside(Database reader, int fromHour, int toHour, Func<ulong, bool>? inside)
    {
        var select = reader.Prepare("SELECT hour, block FROM damaged_heat WHERE hour >= ?1 AND hour < ?2").Bind(1, fromHour).Bind(2, toHour);
        while (select.Step())
        {
            var block = (ulong)select.Int64(1);
            if (inside?.Invoke(block) ?? true)
            {
                throw select.Damaged(HeatBlock.NameOf(select.Int32(0), block), new InvalidDataException(HeatBlock.KeptAside), HeatBlock.Remedy);
            }
        }

        select.Reset();
    }

    private HeatBlock Change(Database writer, (int Hour, ulong Block) key)
    {
        if (_cache.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = new LinkedListNode<Entry>(new Entry(key, Load(writer, key)));
            _cache.Add(key, node);
        }

        _byUse.AddLast(node);
        if (!node.Value.Block.IsChanged)
        {
            node.Value.Block.IsChanged = true;
            _changed.Add(node.Value);
        }

        return node.Value.Block;
    }

    /// <summary>A damaged row is kept aside, so that what comes does not suffer: who reads the hour is told.</summary>
    private HeatBlock Load(Database writer, (int Hour, ulong Block) key)
    {
        var select = writer.Prepare("SELECT cells, crc FROM heat WHERE hour = ?1 AND block = ?2").Bind(1, key.Hour).Bind(2, (long)key.Block);
        try
        {
            return select.Step() ? HeatBlock.Decode(HeatBlock.Checked(select.Blob(0), select.NullableInt64(1))) : new HeatBlock();
        }
        catch (InvalidDataException reason)
        {
            select.Reset();
            damage.Add(key.Hour, key.Block, reason.Message);
            writer.Prepare("INSERT INTO damaged_heat (hour, block, cells, crc) SELECT hour, block, cells, crc FROM heat WHERE hour = ?1 AND block = ?2")
                .Bind(1, key.Hour).Bind(2, (long)key.Block).Run();
            return new HeatBlock();
        }
        finally
        {
            select.Reset();
        }
    }

    private void Evict()
    {
        _cachedCells = _byUse.Sum(entry => entry.Block.Count + 16);
        while (_cachedCells > maxCachedCells && _byUse.First is { } oldest)
        {
            _cachedCells -= oldest.Value.Block.Count + 16;
            _cache.Remove(oldest.Value.Key);
            _byUse.RemoveFirst();
        }
    }

    private delegate void OnRow(int hour, ulong block, ReadOnlySpan<byte> cells);

    private readonly record struct Entry((int Hour, ulong Block) Key, HeatBlock Block);
}
