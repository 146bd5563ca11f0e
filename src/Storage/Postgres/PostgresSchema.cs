namespace Vantage.Storage.Postgres;

/// <summary>The tables, as steps from one version to the next.</summary>
internal static class PostgresSchema
{
    /// <summary>Step n brings version n to n + 1. Steps are only ever added.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE events (position bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, sequence bigint NOT NULL, type text NOT NULL,
            version integer NOT NULL, occurred_ticks bigint NOT NULL, recorded_ticks bigint NOT NULL, person text, post text, token text,
            cause text, correlation text, body bytea NOT NULL);
        CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence);
        CREATE TABLE snapshots (stream text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL, body bytea NOT NULL);

        CREATE TABLE units (number integer PRIMARY KEY, id text NOT NULL);
        -- Keyed by shard first: each shard's frames are read, trimmed, and may one day be written, without the others'.
        CREATE TABLE frames (shard smallint NOT NULL, sequence bigint NOT NULL, count integer NOT NULL, payload bytea NOT NULL,
            PRIMARY KEY (shard, sequence))
            -- A queue: what comes in goes out again, so dead rows are the rule, and no share of the whole says when they are too many.
            WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
        ALTER TABLE frames ALTER COLUMN payload SET STORAGE EXTERNAL; -- Dense already.
        -- Frames of a shard up to here are dropped, though they may still be there.
        CREATE TABLE trims (shard smallint PRIMARY KEY, sequence bigint NOT NULL);
        -- One row. The epoch grows whenever a process takes the log: one that lost it to another can tell.
        CREATE TABLE log_owner (epoch bigint NOT NULL);
        INSERT INTO log_owner (epoch) VALUES (0);
        """,
        """
        -- One row: the number of the newest commit of the track log. Whoever commits holds it until the end, so numbers are visible in order.
        CREATE TABLE IF NOT EXISTS log_head (commit bigint NOT NULL);
        INSERT INTO log_head (commit)
            SELECT coalesce(max(sequence), 0) >> 6 FROM (SELECT sequence FROM frames UNION ALL SELECT sequence FROM trims) AS ends
            HAVING NOT EXISTS (SELECT FROM log_head);
        CREATE UNIQUE INDEX IF NOT EXISTS units_by_id ON units (id);
        DROP TABLE IF EXISTS log_owner; -- Any number of processes write now.
        """,
    ];

    public static int Version => Migrations.Count;
}
