using Vantage.Storage.History;

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
        """
        -- Who may write a shard's history: whoever made the epoch grow last. The mark is of a commit: by it its writer knows that it was kept.
        CREATE TABLE shard_claims (shard smallint PRIMARY KEY, epoch bigint NOT NULL, mark bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
        CREATE TABLE progress (shard smallint PRIMARY KEY, processed bigint NOT NULL, sealed bigint NOT NULL, judged_epoch bigint NOT NULL)
            WITH (fillfactor = 50); -- Each row is written anew with every commit: there is room for it on its page.
        CREATE TABLE applied_zones (shard smallint NOT NULL, zone text COLLATE "C" NOT NULL, version integer NOT NULL,
            PRIMARY KEY (shard, zone, version));
        CREATE TABLE chunks (unit integer NOT NULL, first_ms bigint NOT NULL, last_ms bigint NOT NULL, count integer NOT NULL, fixes bytea NOT NULL,
            PRIMARY KEY (unit, first_ms));
        ALTER TABLE chunks ALTER COLUMN fixes SET STORAGE EXTERNAL; -- Dense already.
        CREATE TABLE visits (unit integer NOT NULL, zone text COLLATE "C" NOT NULL, from_ms bigint NOT NULL, to_ms bigint NOT NULL,
            span smallint NOT NULL, is_open boolean NOT NULL, entered_ms bigint NOT NULL, left_ms bigint NOT NULL, is_passage boolean NOT NULL,
            zone_version integer NOT NULL, PRIMARY KEY (unit, zone, from_ms)) WITH (fillfactor = 90);
        CREATE INDEX visits_by_unit ON visits (unit, span, from_ms);
        CREATE INDEX visits_by_zone ON visits (zone, span, from_ms);
        CREATE INDEX visits_by_start ON visits (span, from_ms);
        CREATE TABLE breaches (id text COLLATE "C" PRIMARY KEY, zone text COLLATE "C" NOT NULL, rule text COLLATE "C" NOT NULL, type text NOT NULL,
            unit integer, units text, level text NOT NULL, state smallint NOT NULL, started_ms bigint NOT NULL, ended_ms bigint, span smallint NOT NULL,
            superseded_by text, retracted_ms bigint, lon double precision, lat double precision, why text NOT NULL, is_muted boolean NOT NULL,
            raised_ms bigint NOT NULL) WITH (fillfactor = 90);
        CREATE INDEX breaches_by_unit ON breaches (unit, span, started_ms);
        CREATE INDEX breaches_by_zone ON breaches (zone, span, started_ms);
        CREATE INDEX breaches_by_start ON breaches (span, started_ms);
        CREATE TABLE heat (hour integer NOT NULL, block bigint NOT NULL, cells bytea NOT NULL, PRIMARY KEY (hour, block));
        ALTER TABLE heat ALTER COLUMN cells SET STORAGE EXTERNAL;
        -- What is held is what queries cover: not the held sequence, and nothing after it.
        CREATE TABLE group_work (zone text COLLATE "C" PRIMARY KEY, from_ms bigint NOT NULL, due_ms bigint NOT NULL, version bigint NOT NULL,
            held_sequence bigint);

        CREATE TABLE accounts ("user" text COLLATE "C" PRIMARY KEY, name text NOT NULL, post text NOT NULL, password_hash text NOT NULL,
            failed_attempts integer NOT NULL, locked_until_ticks bigint);
        CREATE TABLE tokens (id text COLLATE "C" PRIMARY KEY, name text NOT NULL, rights text NOT NULL, secret_hash text NOT NULL,
            created_ticks bigint NOT NULL, created_by text NOT NULL);
        CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at_ticks bigint NOT NULL, who text NOT NULL, post text,
            action text NOT NULL, subject text NOT NULL, detail text, is_allowed boolean NOT NULL);
        CREATE TABLE settings (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
        """,
        // Chunks of before have no box, which is then anywhere, and no outlines: those are made when they are asked for.
        $"""
        ALTER TABLE chunks ADD COLUMN span smallint, ADD COLUMN west integer, ADD COLUMN south integer, ADD COLUMN east integer, ADD COLUMN north integer;
        UPDATE chunks SET span = {SpanClass.Sql("(last_ms - first_ms)")};
        ALTER TABLE chunks ALTER COLUMN span SET NOT NULL;
        CREATE INDEX chunks_by_time ON chunks (span, first_ms) INCLUDE (last_ms, west, south, east, north, unit);
        CREATE TABLE outlines (level smallint NOT NULL, unit integer NOT NULL, first_ms bigint NOT NULL, count integer NOT NULL, fixes bytea NOT NULL,
            PRIMARY KEY (level, unit, first_ms));
        ALTER TABLE outlines ALTER COLUMN fixes SET STORAGE MAIN;
        CREATE TABLE damaged_chunks (unit integer NOT NULL, first_ms bigint NOT NULL, last_ms bigint NOT NULL, count integer NOT NULL, fixes bytea NOT NULL);
        CREATE INDEX damaged_by_unit ON damaged_chunks (unit, first_ms);
        """,
        """
        CREATE TABLE records (system text COLLATE "C" NOT NULL, number text COLLATE "C" NOT NULL, time_ms bigint NOT NULL, kind text COLLATE "C",
            category text COLLATE "C", state text COLLATE "C", street text COLLATE "C", squad text COLLATE "C", lon double precision,
            lat double precision, address text, link text, updated_ms bigint, PRIMARY KEY (system, number));
        CREATE INDEX records_by_time ON records (system, time_ms, number);
        CREATE INDEX records_by_category ON records (system, category, time_ms);
        CREATE INDEX records_by_state ON records (system, state, time_ms);
        CREATE INDEX records_by_place ON records (system, lat, lon);
        CREATE TABLE areas (layer text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, name text NOT NULL, geometry text NOT NULL,
            PRIMARY KEY (layer, key));
        CREATE TABLE area_layers (layer text COLLATE "C" PRIMARY KEY, version bigint NOT NULL);
        """,
        // Heat of before has no checksum. Its sums are built in the background.
        """
        ALTER TABLE heat ADD COLUMN crc bigint;
        CREATE TABLE heat_spans (resolution smallint NOT NULL, start integer NOT NULL, hours integer NOT NULL, PRIMARY KEY (resolution, start, hours));
        CREATE TABLE heat_sums (resolution smallint NOT NULL, hours integer NOT NULL, start integer NOT NULL, block bigint NOT NULL, crc bigint NOT NULL,
            cells bytea NOT NULL, PRIMARY KEY (resolution, hours, start, block));
        ALTER TABLE heat_sums ALTER COLUMN cells SET STORAGE EXTERNAL;
        CREATE TABLE damaged_heat (hour integer NOT NULL, block bigint NOT NULL, cells bytea NOT NULL, crc bigint);
        CREATE INDEX damaged_by_hour ON damaged_heat (hour);
        """,
        """
        CREATE TABLE pictures (incident text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, unit text NOT NULL, at_ms bigint NOT NULL,
            type text NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (incident, id));
        ALTER TABLE pictures ALTER COLUMN bytes SET STORAGE EXTERNAL; -- Dense already.
        """,
        """
        CREATE TABLE tour_pages (id text COLLATE "C" PRIMARY KEY, tour text COLLATE "C" NOT NULL, stage text COLLATE "C", screen text COLLATE "C",
            page integer NOT NULL, from_ms bigint NOT NULL, to_ms bigint NOT NULL, interrupted_by text, who text NOT NULL, cameras text NOT NULL);
        CREATE INDEX tour_pages_by_time ON tour_pages (from_ms, id);
        """,
        // What a unit adds lies together: keyed by zone before time, each of its zones had a place of its own.
        "ALTER TABLE visits DROP CONSTRAINT visits_pkey, ADD PRIMARY KEY (unit, from_ms, zone)",
    ];

    public static int Version => Migrations.Count;
}
