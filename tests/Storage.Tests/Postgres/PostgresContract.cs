using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Postgres;

public class PostgresTrackLogContract(PostgresServers servers) : TrackLogContract(new PostgresFixture(servers.Shared));

public class PostgresJournalContract(PostgresServers servers) : JournalContract(new PostgresFixture(servers.Shared));

public class PostgresTrackContract(PostgresServers servers) : TrackContract(new PostgresFixture(servers.Shared));

public class PostgresHeatContract(PostgresServers servers) : HeatContract(new PostgresFixture(servers.Shared));

public class PostgresVisitContract(PostgresServers servers) : VisitContract(new PostgresFixture(servers.Shared));

public class PostgresBreachContract(PostgresServers servers) : BreachContract(new PostgresFixture(servers.Shared));

public class PostgresAccountsContract(PostgresServers servers) : AccountsContract(new PostgresFixture(servers.Shared));

public class PostgresRecordsContract(PostgresServers servers) : RecordsContract(new PostgresFixture(servers.Shared));

public class PostgresAreasContract(PostgresServers servers) : AreasContract(new PostgresFixture(servers.Shared));

public class PostgresPicturesContract(PostgresServers servers) : PicturesContract(new PostgresFixture(servers.Shared));

public class PostgresTourLogContract(PostgresServers servers) : TourLogContract(new PostgresFixture(servers.Shared));
