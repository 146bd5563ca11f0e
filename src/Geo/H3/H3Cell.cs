using System.Globalization;

namespace Vantage.Geo.H3;

/// <summary>A cell of the H3 grid, version 4: a hexagon, or one of twelve pentagons a resolution, in the usual 64 bits.</summary>
/// <remarks>
/// <c>default</c> is no cell, and numbers from elsewhere may be none either: see <see cref="IsValid"/>. Geometry and relations of
/// what is no cell mean nothing. Order is that of <see cref="Value"/>: by resolution, then base cell, then digits, so that the
/// children of a cell are neighbours in order.
/// </remarks>
public readonly partial record struct H3Cell(ulong Value) : IComparable<H3Cell>
{
    /// <summary>0, with cells of 1,100 km, to 15, with cells of half a metre.</summary>
    public const int MaxResolution = H3Digits.MaxResolution;

    /// <summary>0 to 15.</summary>
    public int Resolution => H3Digits.Resolution(Value);

    /// <summary>The cell of resolution 0 that this one descends from: 0 to 121.</summary>
    public int BaseCell => H3Digits.BaseCell(Value);

    /// <summary>Pentagons sit on the corners of the icosahedron, all of them at sea.</summary>
    public bool IsPentagon => H3Tables.IsPentagon(BaseCell) && H3Digits.Used(Value) == 0;

    /// <summary>Whether the number names a cell.</summary>
    public bool IsValid => H3Digits.IsCell(Value);

    /// <summary>The cell that a position lies in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15.</exception>
    public static H3Cell Of(LatLng position, int resolution)
    {
        CheckResolution(resolution);
        return new(FaceProjection.CellAt(position.Latitude, position.Longitude, resolution));
    }

    /// <summary>The cells that many positions lie in: the same as one by one, in little more than half the time.</summary>
    /// <param name="positions">Any number of them.</param>
    /// <param name="resolution">0 to 15.</param>
    /// <param name="cells">Takes one for each, in the same order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The resolution is not in 0 to 15.</exception>
    /// <exception cref="ArgumentException">The span for the cells is shorter than that of the positions.</exception>
    public static void Of(ReadOnlySpan<LatLng> positions, int resolution, Span<H3Cell> cells)
    {
        CheckResolution(resolution);
        if (cells.Length < positions.Length)
        {
            throw new ArgumentException($"Needs room for {positions.Length} cells, not {cells.Length}.", nameof(cells));
        }

        FaceProjection.CellsAt(positions, resolution, cells[..positions.Length]);
    }

    /// <summary>The cell that a position, in degrees, lies in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are no position, or the resolution is not in 0 to 15.</exception>
    public static H3Cell Of(double latitude, double longitude, int resolution)
    {
        if (!LatLng.TryCreate(latitude, longitude, out var position))
        {
            throw Math.Abs(latitude) <= 90
                ? new ArgumentOutOfRangeException(nameof(longitude), longitude, "A longitude is from -180 to 180.")
                : new ArgumentOutOfRangeException(nameof(latitude), latitude, "A latitude is from -90 to 90.");
        }

        return Of(position, resolution);
    }

    /// <summary>Reads 15 hexadecimal digits.</summary>
    /// <returns><see langword="false"/> for anything that is not the text of a valid cell.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out H3Cell cell)
    {
        var isCell = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && text.Length == 15
            && H3Digits.IsCell(value);
        cell = isCell ? new(value) : default;
        return isCell;
    }

    /// <summary>The usual spelling: 15 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x15", CultureInfo.InvariantCulture);

    public int CompareTo(H3Cell other) => Value.CompareTo(other.Value);

    public static bool operator <(H3Cell left, H3Cell right) => left.Value < right.Value;

    public static bool operator >(H3Cell left, H3Cell right) => left.Value > right.Value;

    public static bool operator <=(H3Cell left, H3Cell right) => left.Value <= right.Value;

    public static bool operator >=(H3Cell left, H3Cell right) => left.Value >= right.Value;

    private static void CheckResolution(int resolution)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resolution);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, MaxResolution);
    }
}
