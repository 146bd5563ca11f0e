using SQLitePCL;

namespace Vantage.Storage.Sqlite;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } present ? Bind(index, present) : BindNull(index);

    public Statement Bind(int index, double? value)
    {
        if (value is not { } present)
        {
            return BindNull(index);
        }

        Check(raw.sqlite3_bind_double(handle, index, present));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    /// <param name="index">The parameter's.</param>
    /// <param name="value">UTF-8.</param>
    public Statement BindText(int index, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public Statement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>True while there is a row.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Fail(code),
        };
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next values.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int32(int column) => raw.sqlite3_column_int(handle, column);

    public double Double(int column) => raw.sqlite3_column_double(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public double? NullableDouble(int column) => IsNull(column) ? null : Double(column);

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>What to throw when the current row does not decode: names the file and the row.</summary>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    public StorageException Damaged(string row, Exception reason, string remedy = DamagedStorageException.Restore)
        => new DamagedStorageException(row, $"{database.Path} is damaged at {row}: {reason.Message} {remedy}", reason);

    /// <summary>Gives up the rows that were not read. Bound values stay.</summary>
    public void Reset() => _ = raw.sqlite3_reset(handle); // Repeats the error of the last step, which was reported then.

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Fail(code);
        }
    }

    private StorageException Fail(int code)
    {
        var failure = database.Failure(code);
        Reset();
        return failure;
    }
}
