using System.Globalization;
using Vantage.Actors.Units;
using Vantage.Host.Access;
using Vantage.Host.Situations;
using Vantage.Host.Wall;
using Vantage.Host.Web;

namespace Vantage.Host.Breaches;

/// <summary>A line of the board, as a caller names it: what does not matter is null.</summary>
internal sealed record BoardLine(string? Zone, string? Rule, UnitInfo? Unit, bool IsUnknownUnit, bool IsCorrected)
{
    /// <summary>Those of its breaches that the caller may use the right on.</summary>
    public IEnumerable<BoardBreach> Of(BreachBoard board, Caller caller, string right)
        => IsUnknownUnit ? [] : (IsCorrected ? board.CorrectedFor(caller, right) : board.OpenFor(caller, right))
            .Where(entry => (Zone is null || entry.Breach.Zone == Zone) && (Rule is null || entry.Breach.Rule == Rule)
                && (Unit is null || entry.Breach.Unit == Unit.Number));
}

/// <summary><c>GET /api/breaches/board</c>: the episodes that the wall's lines fold.</summary>
internal static class BoardList
{
    public static IResult List(HttpContext context, Situation situation, BreachBoard board)
    {
        var fields = new Fields(context.Request.Query);
        var line = Read(fields, situation);
        var (limit, cursor) = fields.Page();
        if (!fields.IsValid)
        {
            return fields.Problem;
        }

        var (page, next) = Paging.Take(line.Of(board, context.Caller(), Rights.HistoryRead), NewestFirst, limit, cursor);
        return TypedResults.Ok(new BreachListView([.. page.Select(entry => BreachView.Of(entry.Breach, situation))], next));
    }

    public static BoardLine Read(Fields fields, Situation situation)
    {
        var unit = BreachEndpoints.UnitOf(fields, situation, out var isUnknown);
        return new BoardLine(fields.Text("zone"), fields.Text("rule"), unit, isUnknown, fields.Flag("corrected"));
    }

    private static string NewestFirst(BoardBreach entry)
        => string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - entry.Breach.StartedAtMs:D19}-{entry.Breach.Id}");
}
