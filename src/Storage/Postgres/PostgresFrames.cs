using Npgsql;
using Vantage.Actors.Positions;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Postgres;

/// <summary>Frames as rows of (shard, sequence, count, payload).</summary>
internal static class PostgresFrames
{
    /// <summary>Reads a row into a frame whose buffer grows as needed.</summary>
    /// <returns>The greatest number of a unit in it.</returns>
    /// <exception cref="StorageException">The row is damaged.</exception>
    public static int Read(NpgsqlDataReader row, PositionFrame into, string database)
    {
        (into.Shard, into.Sequence, into.Count) = (row.GetInt16(0), row.GetInt64(1), row.GetInt32(2));
        if (into.Buffer.Length < into.Count)
        {
            into.Buffer = new UnitFix[Math.Max(into.Count, into.Buffer.Length * 2)];
        }

        try
        {
            FrameCodec.Decode(row.GetFieldValue<byte[]>(3), into.Buffer.AsSpan(0, into.Count));
        }
        catch (InvalidDataException damage)
        {
            throw new StorageException(
                $"The track log in {database} is damaged at frame {into.Sequence} of shard {into.Shard}: {damage.Message} Restore it from a backup.",
                damage);
        }

        var greatest = 0;
        foreach (ref readonly var item in into.Fixes)
        {
            greatest = Math.Max(greatest, item.Unit);
        }

        return greatest;
    }
}
