using System.Text.Json;
using Vantage.Geo.H3;
using Vantage.Host.Areas;

namespace Vantage.Host.Heat;

/// <summary>Sums by area beside an answer by cell: a row for each area, and one, without key and name, for what lies outside all of them. A cell is where its centre is.</summary>
internal sealed record AreaTable(string By, IReadOnlyList<CellColumn> Columns, IReadOnlyList<(string? Key, string? Name, object?[] Values)> Rows)
{
    public static AreaTable Of<TSums>(
        string by, AreaSet areas, IEnumerable<(H3Cell Cell, TSums Sums)> cells, Func<TSums, TSums, TSums> plus, IReadOnlyList<CellColumn> columns,
        Func<TSums, object?[]> valuesOf)
        where TSums : struct
    {
        var (areaOf, sums) = (areas.Locator(), new Dictionary<int, TSums>());
        foreach (var (cell, ofCell) in cells)
        {
            var area = areaOf(cell.Center());
            sums[area] = plus(sums.GetValueOrDefault(area), ofCell);
        }

        return new AreaTable(by, columns, [.. areas.Rows.Select(row => (row.Key, row.Name, valuesOf(sums.GetValueOrDefault(row.Area))))]);
    }

    public string[] Head => [.. HeatTable.HeadOf(By), .. Columns.Select(column => column.NameZh)];

    public IEnumerable<object?[]> Lines => Rows.Select(row => (object?[])[row.Name ?? "区域外", row.Key, .. row.Values]);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("areas");
        foreach (var (key, name, values) in Rows)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("name", name);
            foreach (var (column, value) in Columns.Zip(values))
            {
                json.WritePropertyName(column.Name);
                CellAnswer.WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
