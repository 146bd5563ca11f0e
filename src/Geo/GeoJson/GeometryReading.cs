using System.Collections.Immutable;
using Vantage.Geo.Zones;

namespace Vantage.Geo.GeoJson;

/// <summary>One thing that is wrong with a geometry.</summary>
/// <param name="Path">Where, as in <c>geometry.coordinates[0][3]</c>.</param>
/// <param name="Value">What was found there, shortened; <see langword="null"/> when nothing was.</param>
/// <param name="Reason">What is wrong with it and what would be right, in a sentence.</param>
public sealed record GeometryError(string Path, string? Value, string Reason);

/// <summary>A shape, or what is wrong: never both, never neither.</summary>
public sealed record GeometryReading(ZoneShape? Shape, ImmutableArray<GeometryError> Errors);
