using Vantage.Geo;

namespace Vantage.Actors.Records;

/// <summary>A record that another system keeps, such as a case or a complaint. That system stays its owner; here is the newest copy.</summary>
/// <remarks>Known by <see cref="System"/> and <see cref="Number"/> (REC-1). What its system did not say is null; a text is never empty.</remarks>
public sealed record ExternalRecord
{
    /// <summary>One of <see cref="RecordSystems.All"/>.</summary>
    public required string System { get; init; }

    /// <summary>The other system's own number.</summary>
    public required string Number { get; init; }

    /// <summary>When it happened or was taken in, as its system has it; milliseconds since 1970-01-01 UTC.</summary>
    public required long TimeMs { get; init; }

    /// <summary>The kind of record within its system.</summary>
    public string? Kind { get; init; }

    /// <summary>What it is about; themes are made of these.</summary>
    public string? Category { get; init; }

    /// <summary>How far it has come, in its system's words.</summary>
    public string? State { get; init; }

    /// <summary>The street (街道) that its system names; not worked out from the position.</summary>
    public string? Street { get; init; }

    /// <summary>The squad that its system names: a key or a name.</summary>
    public string? Squad { get; init; }

    /// <summary>Where it happened, on the grid of <see cref="OnGrid"/>; null when only an address is known, or nothing.</summary>
    public LatLng? Place { get; init; }

    public string? Address { get; init; }

    /// <summary>Where its system shows it: an http or https address.</summary>
    public string? Link { get; init; }

    /// <summary>When its system changed it last, if it says; milliseconds since 1970-01-01 UTC.</summary>
    public long? UpdatedAtMs { get; init; }

    /// <summary>The nearest position of the grid on which positions are kept: 1e-7 degree, about a centimetre.</summary>
    public static LatLng OnGrid(LatLng place) => LatLng.Trusted(Math.Round(place.Latitude * 1e7) / 1e7, Math.Round(place.Longitude * 1e7) / 1e7);

    /// <summary>Whether this copy, come now, takes the place of the one that is kept (REC-2).</summary>
    /// <param name="kept">Of the same system and number; null when there is none.</param>
    public bool Replaces(ExternalRecord? kept)
        => kept is null || (this != kept && !(UpdatedAtMs < kept.UpdatedAtMs)); // Comparing with null is false: then the later arrival counts.
}
