namespace Vantage.Host.Orleans;

/// <summary>Where silos find each other: two tables of ours, and what Orleans' AdoNet provider asks of them.</summary>
/// <remarks>A change of a row grows the version of its cluster in the same statement, or does nothing where the version is another by then.</remarks>
internal static class MembershipTables
{
    public const string Tables =
        """
        CREATE TABLE IF NOT EXISTS clusters (name text PRIMARY KEY, version integer NOT NULL);
        CREATE TABLE IF NOT EXISTS silos (cluster text NOT NULL REFERENCES clusters, address text NOT NULL, port integer NOT NULL,
            generation integer NOT NULL, name text NOT NULL, host text NOT NULL, status integer NOT NULL, gateway_port integer NOT NULL,
            suspected_by text, started_at timestamptz NOT NULL, alive_at timestamptz NOT NULL, PRIMARY KEY (cluster, address, port, generation));
        """;

    private const string This = "cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string Rows =
        """
        SELECT c.version AS "Version", s.address AS "Address", s.port AS "Port", s.generation AS "Generation", s.name AS "SiloName", s.host AS "HostName",
            s.status AS "Status", s.gateway_port AS "ProxyPort", s.suspected_by AS "SuspectTimes", s.started_at AS "StartTime", s.alive_at AS "IAmAliveTime"
        FROM clusters c LEFT JOIN
        """;

    public static IReadOnlyList<(string Key, string Text)> Queries { get; } =
    [
        ("InsertMembershipVersionKey",
            """
            WITH made AS (INSERT INTO clusters (name, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM made
            """),
        ("InsertMembershipKey",
            $"""
            WITH grown AS (UPDATE clusters SET version = version + 1 WHERE name = @DeploymentId AND version = @Version
                AND NOT EXISTS (SELECT FROM silos WHERE {This}) RETURNING name),
            made AS (INSERT INTO silos (cluster, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
                SELECT name, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM grown RETURNING 1)
            SELECT count(*)::integer FROM made
            """),
        ("UpdateMembershipKey",
            $"""
            WITH grown AS (UPDATE clusters SET version = version + 1 WHERE name = @DeploymentId AND version = @Version
                AND EXISTS (SELECT FROM silos WHERE {This}) RETURNING name),
            changed AS (UPDATE silos SET status = @Status, suspected_by = @SuspectTimes, alive_at = @IAmAliveTime
                FROM grown WHERE {This} RETURNING 1)
            SELECT count(*)::integer FROM changed
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE silos SET alive_at = @IAmAliveTime WHERE {This}"),
        ("MembershipReadRowKey",
            $"{Rows} silos s ON s.cluster = c.name AND s.address = @Address AND s.port = @Port AND s.generation = @Generation WHERE c.name = @DeploymentId"),
        ("MembershipReadAllKey", $"{Rows} silos s ON s.cluster = c.name WHERE c.name = @DeploymentId"),
        ("DeleteMembershipTableEntriesKey",
            "WITH gone AS (DELETE FROM silos WHERE cluster = @DeploymentId) UPDATE clusters SET version = 0 WHERE name = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM silos WHERE cluster = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3"), // 3: active.
        ("GatewaysQueryKey",
            """
            SELECT address AS "Address", gateway_port AS "ProxyPort", generation AS "Generation" FROM silos
            WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
            """),
    ];
}
