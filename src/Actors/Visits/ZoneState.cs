namespace Vantage.Actors.Visits;

/// <summary>How one fix stands to one zone.</summary>
internal enum FixClass
{
    Outside,
    Inside,

    /// <summary>Too near the edge, or too inaccurate, to say: it neither enters nor leaves.</summary>
    Undecided,
}

/// <summary>Where the visit machine of one unit and zone stands after a fix.</summary>
/// <remarks>
/// <code>
///           n fixes inside                       n fixes outside, or a gap
/// outside ─────────────────▶ inside (visit open) ───────────────────────────▶ outside
/// </code>
/// A visit that a gap ended waits for the fix that tells whether the unit left it (RULE-2).
/// </remarks>
internal struct ZoneState
{
    public int Zone;

    /// <summary>The open visit; or, while <see cref="AwaitsExit"/>, the one that a gap ended.</summary>
    public Visit? Visit;

    public bool IsInside;

    public bool AwaitsExit;

    /// <summary>Fixes in a row towards the other side: inside while outside, outside while inside.</summary>
    public int Run;

    /// <summary>The first fix of that run …</summary>
    public long RunFromMs;

    /// <summary>… and the moment at which the edge was crossed to get there.</summary>
    public long RunCrossedMs;

    /// <summary>The newest fix inside of a run that enters.</summary>
    public long RunToMs;

    /// <summary>Nothing is known that a fresh state would not say.</summary>
    public readonly bool IsIdle => !IsInside && !AwaitsExit && Run == 0;
}
