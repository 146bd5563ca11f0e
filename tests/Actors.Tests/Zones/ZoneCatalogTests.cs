using System.Globalization;
using Vantage.Actors.Zones;

namespace Vantage.Actors.Tests.Zones;

public class ZoneCatalogTests
{
    [Fact(DisplayName = "A zone whose number can be found is there, also while it is being put")]
    public async Task Readers_and_a_writer()
    {
        const int Zones = 300;
        var catalog = new ZoneCatalog();
        var reader = Task.Run(() =>
        {
            for (var next = 0; next < Zones;)
            {
                next += catalog.TryNumberOf(Key(next), out var zone) && catalog.Current.VersionsOf(zone).Count == 1 ? 1 : 0;
            }
        });

        for (var i = 0; i < Zones; i++)
        {
            catalog.Apply(new ZoneDefined(Key(i), 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Feature));
        }

        await reader;
    }

    private const string Feature = """
        {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[121,31],[121.1,31],[121.1,31.1],[121,31]]]}}
        """;

    private static string Key(int i) => i.ToString(CultureInfo.InvariantCulture);
}
