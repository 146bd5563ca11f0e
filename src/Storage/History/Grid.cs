namespace Vantage.Storage.History;

/// <summary>The coarsest grid that numbers lie on: senders have fewer decimals than we keep.</summary>
internal static class Grid
{
    /// <summary>The greatest common divisor of what was found so far, 0 at first, and one more number.</summary>
    public static ulong Common(ulong found, long value)
    {
        if (found == 1)
        {
            return 1;
        }

        var other = value < 0 ? unchecked((ulong)-value) : (ulong)value;
        while (other != 0)
        {
            (found, other) = (other, found % other);
        }

        return found;
    }

    /// <summary>Divides all numbers by what <see cref="Common"/> found for them.</summary>
    /// <returns>The divisor: 1 where it found none, as of zeros.</returns>
    public static long Divide(Span<long> values, ulong common)
    {
        if (common is 0 or 1 or > long.MaxValue)
        {
            return 1;
        }

        foreach (ref var value in values)
        {
            value /= (long)common;
        }

        return (long)common;
    }
}
