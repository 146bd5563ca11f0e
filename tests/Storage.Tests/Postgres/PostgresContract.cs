using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Postgres;

public class PostgresTrackLogContract(PostgresServers servers) : TrackLogContract(new PostgresFixture(servers.Shared));

public class PostgresJournalContract(PostgresServers servers) : JournalContract(new PostgresFixture(servers.Shared));
