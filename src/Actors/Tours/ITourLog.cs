using System.Collections.Immutable;

namespace Vantage.Actors.Tours;

/// <summary>What became of a camera while a page of a tour was shown.</summary>
/// <param name="State">One of <see cref="TourPage.CameraStates"/>.</param>
/// <param name="Reason">Why it failed, as a code; null otherwise.</param>
/// <param name="Seconds">How long it was to be seen.</param>
public sealed record TouredCamera(string Camera, string State, string? Reason, double Seconds);

/// <summary>A page of a tour as a screen showed it.</summary>
/// <param name="Id">Made by the screen: the same page told again is the same.</param>
/// <param name="Stage">The wall; null: a screen on none.</param>
/// <param name="InterruptedBy">One of <see cref="Interruptions"/>; null: it was shown to its end.</param>
/// <param name="Who">Who was signed in at the screen: a user, or <c>token:{id}</c>.</param>
public sealed record TourPage(
    string Id, string Tour, string? Stage, string? Screen, int Page, long FromMs, long ToMs, string? InterruptedBy, string Who,
    ImmutableArray<TouredCamera> Cameras)
{
    public static IReadOnlyList<string> CameraStates { get; } = ["playing", "still", "failed", "none"];

    public static IReadOnlyList<string> Interruptions { get; } = ["breach", "incident", "selection"];
}

/// <summary>Which pages are asked for. All that is null is any.</summary>
/// <param name="FromMs">Shown at this moment or later; <paramref name="ToMs"/>: begun before this.</param>
/// <param name="Before">Only pages that come after this one in the list, which is newest first: of the page before in it.</param>
public sealed record TourQuestion(string? Tour, string? Stage, string? Screen, long? FromMs, long? ToMs, (long FromMs, string Id)? Before = null);

/// <summary>The record of what tours showed. Writes are durable when they complete; reads block. Thread-safe.</summary>
public interface ITourLog
{
    /// <summary>Adds pages; those that are there already are left as they are.</summary>
    /// <param name="most">How many are kept: beyond that those that were shown first go.</param>
    /// <exception cref="IOException">Storage refused: nothing was written.</exception>
    ValueTask SaveAsync(IReadOnlyList<TourPage> pages, int most, CancellationToken cancellationToken = default);

    /// <summary>Pages by when they began, newest first, at most so many.</summary>
    IReadOnlyList<TourPage> Read(TourQuestion question, int limit);
}
