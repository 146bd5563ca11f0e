using System.Text;
using Npgsql;
using Vantage.Storage.History;

namespace Vantage.Storage.Postgres;

/// <summary>A question for rows that overlap a range: one statement that looks into each class of length by itself (see <see cref="SpanClass"/>).</summary>
/// <remarks>All classes are asked, for another process may have written the first row of one a moment ago; an empty one costs a look into an index.</remarks>
internal sealed class PostgresSpans
{
    private static readonly short[] Classes = [.. Enumerable.Range(0, SpanClass.Open + 1).Select(span => (short)span)];

    private readonly StringBuilder _sql;
    private readonly List<NpgsqlParameter> _values = [];
    private string _order = "";

    /// <param name="select">Columns and table.</param>
    /// <param name="start">The column of the start.</param>
    public PostgresSpans(string select, string start, long fromMs, long newestMs)
    {
        var classes = Value(Classes);
        var earliest = Value(Array.ConvertAll(Classes, span => SpanClass.EarliestStart(span, fromMs)));
        From = Value(fromMs);
        _sql = new StringBuilder(
            $"SELECT found.* FROM unnest({classes}, {earliest}) AS class (span, earliest) CROSS JOIN LATERAL ({select} "
            + $"WHERE span = class.span AND {start} >= class.earliest AND {start} <= {Value(newestMs)}");
    }

    /// <summary>The parameter that holds the begin of the range.</summary>
    public string From { get; }

    /// <summary>Adds a value, and gives the name of its parameter.</summary>
    public string Value<T>(T value)
    {
        _values.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${_values.Count}";
    }

    public void Where(string condition) => _sql.Append(" AND ").Append(condition);

    /// <summary>Only rows of these units. One is asked for by itself: an index then gives its rows in order, and a page need not read all of them.</summary>
    public void OfUnits(IReadOnlyList<int> units) => Where(units is [var unit] ? $"unit = {Value(unit)}" : $"unit = ANY ({Value(units.ToArray())})");

    /// <summary>No more than so many of each class, the newest.</summary>
    public void Newest(string order, int limit) => _order = $" ORDER BY {order} LIMIT {Value(limit)}";

    public void Run(PostgresDatabase database, Action<NpgsqlDataReader> onRow)
    {
        using var statements = PostgresStatements.Single(database);
        statements.Add($"{_sql}{_order}) AS found", onRow).With([.. _values]);
        statements.Run();
    }
}
