using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Vantage.Storage.Sqlite;

namespace Vantage.Storage.Migration;

/// <summary>A row as bytes that are the same for the same values, whichever database they come from.</summary>
internal sealed class RowBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public ReadOnlySpan<byte> Span => _bytes.WrittenSpan;

    public void Read(Statement row, IReadOnlyList<MovedColumn> columns)
    {
        _bytes.Clear();
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsNull(i))
            {
                AddNull();
                continue;
            }

            switch (columns[i].Type)
            {
                case MovedType.Text:
                    Add(row.Text(i));
                    break;
                case MovedType.Bytes:
                    Add(row.Blob(i));
                    break;
                case MovedType.Double:
                    Add(BitConverter.DoubleToInt64Bits(row.Double(i)));
                    break;
                case MovedType.Bool:
                    Add(row.Int64(i) != 0 ? 1 : 0);
                    break;
                default:
                    Add(row.Int64(i));
                    break;
            }
        }
    }

    public void Read(NpgsqlDataReader row, IReadOnlyList<MovedColumn> columns)
    {
        _bytes.Clear();
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsDBNull(i))
            {
                AddNull();
                continue;
            }

            switch (columns[i].Type)
            {
                case MovedType.Text:
                    Add(row.GetString(i));
                    break;
                case MovedType.Bytes:
                    Add(row.GetFieldValue<byte[]>(i));
                    break;
                case MovedType.Double:
                    Add(BitConverter.DoubleToInt64Bits(row.GetDouble(i)));
                    break;
                case MovedType.Bool:
                    Add(row.GetBoolean(i) ? 1 : 0);
                    break;
                case MovedType.Short:
                    Add(row.GetInt16(i));
                    break;
                case MovedType.Int:
                    Add(row.GetInt32(i));
                    break;
                default:
                    Add(row.GetInt64(i));
                    break;
            }
        }
    }

    /// <summary>Writes a row of a file to a database.</summary>
    public static void Copy(Statement row, IReadOnlyList<MovedColumn> columns, NpgsqlBinaryImporter into)
    {
        into.StartRow();
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsNull(i))
            {
                into.WriteNull();
                continue;
            }

            switch (columns[i].Type)
            {
                case MovedType.Text:
                    into.Write(row.Text(i), NpgsqlDbType.Text);
                    break;
                case MovedType.Bytes:
                    into.Write(row.Blob(i).ToArray(), NpgsqlDbType.Bytea);
                    break;
                case MovedType.Double:
                    into.Write(row.Double(i), NpgsqlDbType.Double);
                    break;
                case MovedType.Bool:
                    into.Write(row.Int64(i) != 0, NpgsqlDbType.Boolean);
                    break;
                case MovedType.Short:
                    into.Write(checked((short)row.Int64(i)), NpgsqlDbType.Smallint);
                    break;
                case MovedType.Int:
                    into.Write(checked((int)row.Int64(i)), NpgsqlDbType.Integer);
                    break;
                default:
                    into.Write(row.Int64(i), NpgsqlDbType.Bigint);
                    break;
            }
        }
    }

    private void AddNull() => _bytes.Write<byte>([0]);

    private void Add(long value)
    {
        _bytes.Write<byte>([1]);
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        _bytes.Write(bytes);
    }
}
