using Vantage.Storage.Tests.Contract;

namespace Vantage.Storage.Tests.Sqlite;

public class SqliteTrackLogContract() : TrackLogContract(new SqliteFixture());

public class SqliteTrackContract() : TrackContract(new SqliteFixture());

public class SqliteHeatContract() : HeatContract(new SqliteFixture());

public class SqliteVisitContract() : VisitContract(new SqliteFixture());

public class SqliteBreachContract() : BreachContract(new SqliteFixture());

public class SqliteJournalContract() : JournalContract(new SqliteFixture());

public class SqliteAccountsContract() : AccountsContract(new SqliteFixture());

public class SqliteRecordsContract() : RecordsContract(new SqliteFixture());

public class SqliteAreasContract() : AreasContract(new SqliteFixture());

public class SqlitePicturesContract() : PicturesContract(new SqliteFixture());

public class SqliteTourLogContract() : TourLogContract(new SqliteFixture());
