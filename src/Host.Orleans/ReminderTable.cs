namespace Vantage.Host.Orleans;

/// <summary>Which actors are to be woken, as timers of theirs run: a table of ours, and what Orleans' AdoNet provider asks of it.</summary>
/// <remarks>
/// The version of a row is of a sequence, so that no two rows ever have the same: an activation that was forgotten cannot drop the reminder of the one
/// that came after it. Hashes are Orleans' own, of 32 bits, and negative from the middle of the ring on.
/// </remarks>
internal static class ReminderTable
{
    public const string Tables =
        """
        CREATE SEQUENCE IF NOT EXISTS reminder_versions AS integer CYCLE;
        CREATE TABLE IF NOT EXISTS reminders (service text NOT NULL, grain text NOT NULL, name text NOT NULL, hash integer NOT NULL,
            starts_at timestamptz NOT NULL, period_ms bigint NOT NULL, version integer NOT NULL, PRIMARY KEY (service, grain, name));
        CREATE INDEX IF NOT EXISTS reminders_by_hash ON reminders (service, hash);
        """;

    private const string This = "service = @ServiceId AND grain = @GrainId AND name = @ReminderName";

    private const string Rows =
        """
        SELECT grain AS "GrainId", name AS "ReminderName", starts_at AS "StartTime", period_ms AS "Period", version AS "Version"
        FROM reminders WHERE
        """;

    public static IReadOnlyList<(string Key, string Text)> Queries { get; } =
    [
        ("UpsertReminderRowKey",
            """
            INSERT INTO reminders (service, grain, name, hash, starts_at, period_ms, version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, nextval('reminder_versions'))
            ON CONFLICT (service, grain, name) DO UPDATE SET hash = excluded.hash, starts_at = excluded.starts_at, period_ms = excluded.period_ms,
                version = excluded.version
            RETURNING version AS "Version"
            """),
        ("ReadReminderRowKey", $"{Rows} {This}"),
        ("ReadReminderRowsKey", $"{Rows} service = @ServiceId AND grain = @GrainId"),

        // After the one up to the other, where that is one span of the ring as these numbers run; else it goes past their end.
        ("ReadRangeRows1Key", $"{Rows} service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash"),
        ("ReadRangeRows2Key", $"{Rows} service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)"),
        ("DeleteReminderRowKey", $"WITH gone AS (DELETE FROM reminders WHERE {This} AND version = @Version RETURNING 1) SELECT count(*)::integer FROM gone"),
        ("DeleteReminderRowsKey", "DELETE FROM reminders WHERE service = @ServiceId"),
    ];
}
