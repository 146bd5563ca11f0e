using System.Globalization;
using Vantage.Actors.Heat;
using Vantage.Host.Figures;
using Vantage.Host.Web;

namespace Vantage.Host.Heat;

/// <summary>What every question about heat has: a range, and perhaps a place and times of the day and week.</summary>
/// <param name="Area">Null: anywhere.</param>
/// <param name="Times">Null: at any time.</param>
internal sealed record HeatRequest(long FromMs, long ToMs, HeatArea? Area, HeatTimes? Times)
{
    private const int MaxHours = 24 * 366;

    /// <summary>The hours that a range touches, counted from 1970, UTC: the first, and the one after the last (HEAT-4).</summary>
    public (int From, int To) Hours => (HeatCube.HourOf(FromMs), HeatCube.HourOf(ToMs - 1) + 1);

    /// <summary>A definition that says at what times it is of.</summary>
    public FigureDefinition Tell(FigureDefinition definition) => Times?.Tell(definition) ?? definition;

    /// <summary>A range for heat, or null with what is wrong in <paramref name="fields"/>.</summary>
    /// <param name="isOfFixes">No fix is of the future: such a range must not begin there, and what of it is still to come is cut off.</param>
    public static (long FromMs, long ToMs)? ReadRange(Fields fields, string fromName, string toName, bool isOfFixes, DateTimeOffset now)
    {
        if (fields.Range(fromName, toName) is not { } range)
        {
            return null;
        }

        var aheadMs = (now + PastRanges.Ahead).ToUnixTimeMilliseconds();
        fields.RefuseTooEarly(range.FromMs, fromName);
        if (isOfFixes && range.FromMs >= aheadMs)
        {
            fields.Wrong(fromName, "Must not be in the future.");
        }

        if (range.ToMs - range.FromMs > MaxHours * HeatCube.HourMs)
        {
            fields.Wrong(toName, string.Create(CultureInfo.InvariantCulture, $"Must be at most {MaxHours} hours after '{fromName}'."));
        }

        return fields.IsValid ? (range.FromMs, isOfFixes ? Math.Min(range.ToMs, aheadMs) : range.ToMs) : null;
    }
}
