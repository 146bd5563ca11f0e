using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Vantage.Actors.Tours;

namespace Vantage.Storage.Records;

/// <summary>Which pages of tours are asked for, as SQL, newest first.</summary>
internal sealed class TourList
{
    public const string Columns = "id, tour, stage, screen, page, from_ms, to_ms, interrupted_by, who, cameras";

    private readonly StringBuilder _sql = new($"SELECT {Columns} FROM tour_pages WHERE true");
    private readonly List<object> _values = [];

    /// <param name="mark">What stands before the number of a parameter.</param>
    public TourList(TourQuestion question, int limit, char mark)
    {
        Only("tour =", question.Tour);
        Only("stage =", question.Stage);
        Only("screen =", question.Screen);
        Only("to_ms >=", question.FromMs);
        Only("from_ms <", question.ToMs);
        if (question.Before is var (fromMs, id))
        {
            _sql.Append(" AND (from_ms, id) < (").Append(Value(fromMs)).Append(", ").Append(Value(id)).Append(')');
        }

        _sql.Append(" ORDER BY from_ms DESC, id DESC LIMIT ").Append(Value((long)limit));

        void Only(string condition, object? value)
        {
            if (value is not null)
            {
                _sql.Append(" AND ").Append(condition).Append(' ').Append(Value(value));
            }
        }

        string Value(object value)
        {
            _values.Add(value);
            return FormattableString.Invariant($"{mark}{_values.Count}");
        }
    }

    public string Sql => _sql.ToString();

    /// <summary>The values of the parameters, in the order of their numbers: text or whole number.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>A page's cameras as its row holds them.</summary>
    public static string Write(ImmutableArray<TouredCamera> cameras) => JsonSerializer.Serialize(cameras);

    public static ImmutableArray<TouredCamera> ReadCameras(string json) => JsonSerializer.Deserialize<ImmutableArray<TouredCamera>>(json);
}
