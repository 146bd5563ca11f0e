namespace Vantage.Actors.History;

/// <summary>A stretch of a sealed track that storage cannot read any more: what lies before and after it is not concerned.</summary>
/// <param name="FromMs">Its first fix: milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Its last fix.</param>
/// <param name="Fixes">How many fixes were sealed in it.</param>
public readonly record struct DamagedTrack(int Unit, long FromMs, long ToMs, int Fixes);
