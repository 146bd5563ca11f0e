using System.Globalization;

namespace Vantage.Actors.History;

/// <summary>A point up to which something is seen: of the track log, and of the changes of zones.</summary>
public readonly record struct Watermark(long Sequence, long ZoneEpoch)
{
    public bool Covers(Watermark other) => Sequence >= other.Sequence && ZoneEpoch >= other.ZoneEpoch;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}.{ZoneEpoch}");

    public static bool TryParse(string? text, out Watermark mark)
    {
        mark = default;
        var parts = text?.Split('.');
        if (parts is not [var sequence, var epoch]
            || !long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var second))
        {
            return false;
        }

        mark = new Watermark(first, second);
        return true;
    }
}
