using System.Buffers;
using System.Buffers.Binary;
using Vantage.Actors.History;
using Vantage.Actors.Positions;
using Vantage.Actors.Units;
using Vantage.Actors.Wire;

namespace Vantage.Actors.Nodes;

/// <summary>A unit as its shard shows it.</summary>
/// <param name="Zones">Numbers of zones: every process folds the same journal in the same order, and so gives the same numbers.</param>
public readonly record struct SeenUnit(int Unit, Fix Newest, UnitMotion Motion, int[] Zones);

/// <summary>The last known of units whose shards live in the process that says so.</summary>
/// <remarks>
/// On the wire, for each unit: its number (4 bytes), the fix (40), the motion (1), the number of zones (2), and each zone's number (4); little-endian.
/// </remarks>
public sealed record UnitsSeen(IReadOnlyList<SeenUnit> Units)
{
    private const int HeadLength = 4 + FixBytes.Length + 1 + 2;

    internal static void Write(UnitsSeen seen, IBufferWriter<byte> bytes)
    {
        foreach (var unit in seen.Units)
        {
            var length = HeadLength + (4 * unit.Zones.Length);
            var to = bytes.GetSpan(length);
            BinaryPrimitives.WriteInt32LittleEndian(to, unit.Unit);
            var newest = unit.Newest;
            FixBytes.Write(in newest, to[4..]);
            to[4 + FixBytes.Length] = (byte)unit.Motion;
            BinaryPrimitives.WriteUInt16LittleEndian(to[(HeadLength - 2)..], checked((ushort)unit.Zones.Length));
            for (var i = 0; i < unit.Zones.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(to[(HeadLength + (4 * i))..], unit.Zones[i]);
            }

            bytes.Advance(length);
        }
    }

    internal static UnitsSeen Read(ReadOnlyMemory<byte> bytes)
    {
        var units = new List<SeenUnit>(bytes.Length / HeadLength);
        for (var rest = bytes.Span; !rest.IsEmpty;)
        {
            var zones = new int[BinaryPrimitives.ReadUInt16LittleEndian(rest[(HeadLength - 2)..])];
            for (var i = 0; i < zones.Length; i++)
            {
                zones[i] = BinaryPrimitives.ReadInt32LittleEndian(rest[(HeadLength + (4 * i))..]);
            }

            units.Add(new SeenUnit(
                BinaryPrimitives.ReadInt32LittleEndian(rest), FixBytes.Read(rest[4..]), (UnitMotion)rest[4 + FixBytes.Length], zones));
            rest = rest[(HeadLength + (4 * zones.Length))..];
        }

        return new UnitsSeen(units);
    }
}

/// <summary>Breaches that were raised, changed or retracted in the process that says so.</summary>
public sealed record BreachesSeen(IReadOnlyList<Breach> Breaches);
