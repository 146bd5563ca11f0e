using System.Globalization;
using System.Text;
using Vantage.Actors.History;
using Vantage.Actors.Records;
using Vantage.Geo;
using Vantage.Storage.History;

namespace Vantage.Storage.Records;

/// <summary>Which records are asked for, as SQL; and how their list is cut into pages, newest first, then by number.</summary>
internal sealed class RecordList
{
    public const string Columns = "system, number, time_ms, kind, category, state, street, squad, lon, lat, address, link, updated_ms";

    private const string Name = "records1";

    private readonly char _mark;
    private readonly StringBuilder _sql = new("WHERE ");
    private readonly List<object> _values = [];

    /// <param name="mark">What stands before the number of a parameter.</param>
    /// <param name="isIn">The condition that a column is in a list, by the names of the column and of the parameter.</param>
    public RecordList(RecordFilter filter, char mark, Func<string, string, string> isIn)
    {
        _mark = mark;
        _sql.Append("system = ").Append(Value(filter.System));
        if (filter.FromMs is { } from)
        {
            _sql.Append(" AND time_ms >= ").Append(Value(from));
        }

        if (filter.ToMs is { } to)
        {
            _sql.Append(" AND time_ms < ").Append(Value(to));
        }

        foreach (var (column, values) in ListsOf(filter))
        {
            _sql.Append(" AND ").Append(isIn(column, Value(values)));
        }

        if (filter.Boxes is { } boxes)
        {
            _sql.Append(" AND (").AppendJoin(" OR ", boxes.Select(IsInside)).Append(')');
        }
    }

    /// <summary>The condition, with order and limit where there are some.</summary>
    public string Sql => _sql.ToString();

    /// <summary>The values of the parameters, in the order of their numbers: text, whole number, number or list of texts.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>Cuts the list down to a page, and one more row if there is one.</summary>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    public void Page(int limit, string? cursor)
    {
        QueryLimit.Check(limit);
        if (PageCursor.Parse(cursor, Name) is var start && start != PageCursor.Newest)
        {
            _sql.Append(CultureInfo.InvariantCulture, $" AND (time_ms, number) < ({Value(start.StartMs)}, {Value(start.Tie)})");
        }

        _sql.Append(" ORDER BY time_ms DESC, number DESC LIMIT ").Append(Value(limit + 1L));
    }

    /// <param name="found">The rows of <see cref="Page(int, string?)"/>, in their order.</param>
    public static Page<ExternalRecord> Cut(List<ExternalRecord> found, int limit)
    {
        if (found.Count <= limit)
        {
            return new Page<ExternalRecord>(found, null);
        }

        found.RemoveRange(limit, found.Count - limit);
        return new Page<ExternalRecord>(found, new PageCursor(found[^1].TimeMs, found[^1].Number).Format(Name));
    }

    private static IEnumerable<(string Column, IReadOnlyList<string> Values)> ListsOf(RecordFilter filter)
    {
        (string, IReadOnlyList<string>?)[] lists =
        [
            ("kind", filter.Kinds), ("category", filter.Categories), ("state", filter.States), ("street", filter.Streets), ("squad", filter.Squads),
        ];
        return lists.Where(list => list.Item2 is not null).Select(list => (list.Item1, list.Item2!));
    }

    private string IsInside(GeoBox box) => string.Create(
        CultureInfo.InvariantCulture,
        $"(lat >= {Value(box.South)} AND lat <= {Value(box.North)} AND lon >= {Value(box.West)} AND lon <= {Value(box.East)})");

    private string Value(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"{_mark}{_values.Count}");
    }
}
