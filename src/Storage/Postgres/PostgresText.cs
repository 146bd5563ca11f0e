namespace Vantage.Storage.Postgres;

/// <summary>What PostgreSQL cannot keep as text: U+0000.</summary>
internal static class PostgresText
{
    /// <summary>True for what no row can hold: who asks for it finds nothing.</summary>
    public static bool IsUnknown(string? text) => text is not null && text.Contains('\0', StringComparison.Ordinal);

    public static string? OrNull(this Npgsql.NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
