using System.Collections.Immutable;
using System.Text.Json;

namespace Vantage.Geo.GeoJson;

/// <summary>Collects what is wrong, up to a number that a person may still read.</summary>
internal sealed class ErrorList
{
    private const int MostErrors = 100;
    private const int MostValueCharacters = 80;

    private readonly List<GeometryError> _errors = [];
    private int _omitted;

    public bool IsEmpty => _errors.Count == 0;

    public bool IsFull => _errors.Count >= MostErrors;

    public void Add(string path, JsonElement value, string reason)
        => Add(path, IsFull || value.ValueKind is JsonValueKind.Undefined ? null : value.GetRawText(), reason);

    public void Add(string path, string? value, string reason)
    {
        if (IsFull)
        {
            _omitted++;
            return;
        }

        var shortened = value?.Length > MostValueCharacters ? $"{value.AsSpan(0, MostValueCharacters)}…" : value;
        _errors.Add(new(path, shortened, reason));
    }

    public ImmutableArray<GeometryError> ToImmutable() => _omitted == 0
        ? [.. _errors]
        : [.. _errors, new(_errors[0].Path, null, $"There are {_omitted} more errors, which are not listed.")];
}
