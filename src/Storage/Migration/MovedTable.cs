using Vantage.Actors;
using Vantage.Storage.History;
using Vantage.Storage.Journal;
using Vantage.Storage.Records;
using Vantage.Storage.Tracks;

namespace Vantage.Storage.Migration;

/// <summary>A table that both databases have in the same form.</summary>
/// <param name="File">The file that has it in a folder.</param>
/// <param name="Order">What gives both sides the same order of rows.</param>
internal sealed record MovedTable(string File, string Name, string Order, IReadOnlyList<MovedColumn> Columns)
{
    /// <summary>Every table of a folder, but for the sums of heat over long spans: those are built anew.</summary>
    public static IReadOnlyList<MovedTable> All { get; } =
    [
        Of(LogFile.Schema.Name, "units", "number", "number:int id:text"),
        Of(LogFile.Schema.Name, "trims", "shard", "shard:short sequence:long"),
        Of(LogFile.Schema.Name, "frames", "sequence", "shard:short sequence:long count:int payload:bytes"),
        Of(
            JournalFile.Schema.Name, "events", "position",
            "position:long stream:text sequence:long type:text version:int occurred_ticks:long recorded_ticks:long person:text post:text token:text"
            + " cause:text correlation:text body:bytes"),
        Of(JournalFile.Schema.Name, "snapshots", "stream", "stream:text sequence:long body:bytes"),
        Of(
            JournalFile.Schema.Name, "accounts", "\"user\"",
            "user:text name:text post:text password_hash:text failed_attempts:int locked_until_ticks:long"),
        Of(JournalFile.Schema.Name, "tokens", "id", "id:text name:text rights:text secret_hash:text created_ticks:long created_by:text"),
        Of(
            JournalFile.Schema.Name, "audit", "id",
            "id:long at_ticks:long who:text post:text action:text subject:text detail:text is_allowed:bool"),
        Of(JournalFile.Schema.Name, "settings", "name", "name:text value:text"),
        Of(
            SqliteHistory.Schema.Name, "chunks", "unit, first_ms",
            "unit:int first_ms:long last_ms:long count:int fixes:bytes span:short west:int south:int east:int north:int"),
        Of(SqliteHistory.Schema.Name, "outlines", "level, unit, first_ms", "level:short unit:int first_ms:long count:int fixes:bytes"),
        Of(
            SqliteHistory.Schema.Name, "damaged_chunks", "unit, first_ms, last_ms, count, fixes",
            "unit:int first_ms:long last_ms:long count:int fixes:bytes"),
        Of(
            SqliteHistory.Schema.Name, "visits", "unit, from_ms, zone",
            "unit:int zone:text from_ms:long to_ms:long span:short is_open:bool entered_ms:long left_ms:long is_passage:bool zone_version:int"),
        Of(
            SqliteHistory.Schema.Name, "breaches", "id",
            "id:text zone:text rule:text type:text unit:int units:text level:text state:short started_ms:long ended_ms:long span:short"
            + " superseded_by:text retracted_ms:long lon:double lat:double why:text is_muted:bool raised_ms:long"),
        Of(SqliteHistory.Schema.Name, "heat", "hour, block", "hour:int block:long cells:bytes crc:long"),
        Of(SqliteHistory.Schema.Name, "damaged_heat", "hour, block, cells", "hour:int block:long cells:bytes crc:long"),
        Of(SqliteHistory.Schema.Name, "progress", "shard", "shard:short processed:long sealed:long judged_epoch:long"),
        Of(SqliteHistory.Schema.Name, "applied_zones", "shard, zone, version", "shard:short zone:text version:int"),
        Of(SqliteHistory.Schema.Name, "group_work", "zone", "zone:text from_ms:long due_ms:long version:long"),
        Of(
            RecordsFile.Schema.Name, "records", "system, number",
            "system:text number:text time_ms:long kind:text category:text state:text street:text squad:text lon:double lat:double address:text"
            + " link:text updated_ms:long"),
        Of(RecordsFile.Schema.Name, "areas", "layer, key", "layer:text key:text name:text geometry:text"),
        Of(RecordsFile.Schema.Name, "area_layers", "layer", "layer:text version:long"),
        Of(RecordsFile.Schema.Name, "pictures", "incident, id", "incident:text id:text unit:text at_ms:long type:text bytes:bytes"),
        Of(
            RecordsFile.Schema.Name, "tour_pages", "id",
            "id:text tour:text stage:text screen:text page:int from_ms:long to_ms:long interrupted_by:text who:text cameras:text"),
    ];

    /// <summary>All rows of a folder, in order.</summary>
    public string SelectOfFile { get; } = $"SELECT {string.Join(", ", Columns.Select(column => column.OfFile(Name)))} FROM {Name} ORDER BY {Order}";

    /// <summary>All rows of a database, in the same order.</summary>
    public string SelectOfDatabase { get; } = $"SELECT {Names(Columns)} FROM {Name} ORDER BY {Order}";

    public string CopyToDatabase { get; } = $"COPY {Name} ({Names(Columns)}) FROM STDIN (FORMAT BINARY)";

    private static string Names(IEnumerable<MovedColumn> columns) => string.Join(", ", columns.Select(column => $"\"{column.Name}\""));

    private static MovedTable Of(string file, string name, string order, string columns)
        => new(file, name, order, [.. columns.Split(' ').Select(MovedColumn.Parse)]);
}

/// <summary>How a column's values pass from one database to the other.</summary>
internal enum MovedType
{
    Short,
    Int,
    Long,
    Bool,
    Double,
    Text,
    Bytes,
}

internal readonly record struct MovedColumn(string Name, MovedType Type)
{
    public static MovedColumn Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new MovedColumn(text[..colon], Enum.Parse<MovedType>(text.AsSpan(colon + 1), ignoreCase: true));
    }

    /// <summary>A folder's frames have their shard in the sequence alone.</summary>
    public string OfFile(string table) => table == "frames" && Name == "shard" ? $"sequence % {Shards.Count}" : $"\"{Name}\"";
}
