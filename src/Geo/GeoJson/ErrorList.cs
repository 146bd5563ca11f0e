using System.Collections.Immutable;
using System.Text.Json;

namespace Vantage.Geo.GeoJson;

/// <summary>Collects what is wrong, up to a number that a person may still read.</summary>
internal sealed class ErrorList
{
    private const int MostErrors = 100;
    private const int MostValueCharacters = 80;

    private readonly List<GeometryError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    public bool IsFull => _errors.Count >= MostErrors;

    public void Add(string path, JsonElement value, string reason)
        => Add(path, IsFull || value.ValueKind is JsonValueKind.Undefined ? null : value.GetRawText(), reason);

    public void Add(string path, string? value, string reason)
    {
        if (IsFull)
        {
            return;
        }

        var shortened = value?.Length > MostValueCharacters ? $"{value.AsSpan(0, MostValueCharacters)}…" : value;
        _errors.Add(new(path, shortened, reason));
    }

    // A reader that finds the list full stops reading: nobody counts what was not looked at.
    public ImmutableArray<GeometryError> ToImmutable() => IsFull
        ? [.. _errors, new(_errors[0].Path, null, $"Only the first {MostErrors} errors are listed; there may be more errors after them.")]
        : [.. _errors];
}
