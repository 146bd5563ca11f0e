using Vantage.Actors.History;
using Vantage.Geo;

namespace Vantage.Actors.Records;

/// <summary>Records of other systems. Writes are durable when they complete; reads see whole writes, and block. Thread-safe.</summary>
public interface IRecords
{
    /// <summary>Takes copies of records one after the other, each by <see cref="ExternalRecord.Replaces"/>: all of them, or none.</summary>
    /// <returns>How many were kept; the others said nothing new.</returns>
    /// <exception cref="IOException">Storage refused: nothing was written.</exception>
    ValueTask<int> SaveAsync(IReadOnlyList<ExternalRecord> records, CancellationToken cancellationToken = default);

    /// <summary>Forgets a record; one that comes again later is kept like a new one.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="IOException">Storage refused: nothing was written.</exception>
    ValueTask<bool> DeleteAsync(string system, string number, CancellationToken cancellationToken = default);

    /// <summary>A page of the records that match, newest first.</summary>
    /// <param name="limit">From 1 to 1000.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <exception cref="ArgumentException">The limit or the cursor is not valid.</exception>
    Page<ExternalRecord> Query(RecordFilter filter, int limit, string? cursor);

    /// <summary>Passes every record that matches, in no order.</summary>
    void Read(RecordFilter filter, Action<ExternalRecord> onRecord);
}

/// <summary>Which records are meant: those that match everything that is given (REC-6).</summary>
/// <remarks>A list holds what a field may be, exactly; null asks for nothing, an empty one matches no record.</remarks>
public sealed record RecordFilter(string System)
{
    /// <summary>The time is at or after this; milliseconds since 1970-01-01 UTC.</summary>
    public long? FromMs { get; init; }

    /// <summary>The time is before this.</summary>
    public long? ToMs { get; init; }

    public IReadOnlyList<string>? Kinds { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    public IReadOnlyList<string>? States { get; init; }

    public IReadOnlyList<string>? Streets { get; init; }

    public IReadOnlyList<string>? Squads { get; init; }

    /// <summary>The position is in one of these; null asks for none. Two make a box over the antimeridian.</summary>
    public IReadOnlyList<GeoBox>? Boxes { get; init; }
}
