using System.Globalization;
using System.IO.Compression;

namespace Vantage.Support;

/// <summary>One fix of a taxi as it was recorded; degrees × 10⁷, which holds the five decimals of the file exactly.</summary>
public readonly record struct CabRow(long TimeMs, string Cab, int LonE7, int LatE7)
{
    public string Unit => "vehicle/" + Cab;

    public double Lon => LonE7 / 1e7;

    public double Lat => LatE7 / 1e7;
}

/// <summary>Real fixes of San Francisco taxis, with the faults they have: jumps, gaps, two places in one second.</summary>
public static class CabRows
{
    private const string File = "data/cabspotting_2008-06-02_2days_by_time.csv.gz";

    /// <summary>The first rows, in the order of time; skips the calling test where the file is not.</summary>
    public static CabRow[] First(int count) => [.. Read().Take(count)];

    /// <summary>All rows of the first so many taxis by name, in the order of time; skips the calling test where the file is not.</summary>
    public static CabRow[] OfCabs(int count)
    {
        var rows = Read().ToArray();
        var cabs = rows.Select(row => row.Cab).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(count).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(row => cabs.Contains(row.Cab))];
    }

    /// <summary>The track of each unit: every different fix once, ordered as TRK-1 says.</summary>
    public static Dictionary<string, CabRow[]> Tracks(IEnumerable<CabRow> rows) => rows
        .Distinct()
        .GroupBy(row => row.Unit, StringComparer.Ordinal)
        .ToDictionary(
            unit => unit.Key, unit => unit.OrderBy(row => row.TimeMs).ThenBy(row => row.LatE7).ThenBy(row => row.LonE7).ToArray(), StringComparer.Ordinal);

    /// <summary>The fixes of a track that count: of several in one millisecond the first (TRK-3).</summary>
    public static CabRow[] Counting(CabRow[] track) => [.. track.Where((row, i) => i == 0 || track[i - 1].TimeMs != row.TimeMs)];

    private static IEnumerable<CabRow> Read()
    {
        using var zipped = new GZipStream(System.IO.File.OpenRead(TestData.Require(File)), CompressionMode.Decompress);
        using var reader = new StreamReader(zipped);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            yield return new(long.Parse(fields[0], CultureInfo.InvariantCulture) * 1000, fields[1], E7(fields[2]), E7(fields[3]));
        }
    }

    private static int E7(string degrees) => (int)decimal.Round(decimal.Parse(degrees, CultureInfo.InvariantCulture) * 10_000_000m);
}
