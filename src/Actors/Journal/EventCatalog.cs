using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vantage.Actors.Journal;

/// <summary>The stable names of events, and their JSON. A name once used is never given to another shape.</summary>
public sealed class EventCatalog
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private readonly Dictionary<string, Type> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, (string Name, int Version)> _byType = [];

    /// <exception cref="ArgumentException">The name or the type is taken.</exception>
    public EventCatalog Add<TEvent>(string name, int version = 1)
    {
        _byName.Add(name, typeof(TEvent));
        _byType.Add(typeof(TEvent), (name, version));
        return this;
    }

    public IReadOnlyCollection<Type> Types => _byType.Keys;

    public bool Has(Type type) => _byType.ContainsKey(type);

    public Envelope Wrap(string stream, long sequence, object @event, DateTimeOffset at, Runtime.Origin by)
    {
        if (!_byType.TryGetValue(@event.GetType(), out var entry))
        {
            throw new InvalidOperationException($"{@event.GetType().Name} is not in the event catalog.");
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(@event, @event.GetType(), Json);
        return new Envelope(stream, sequence, entry.Name, entry.Version, at, at, by, body);
    }

    /// <exception cref="InvalidDataException">The name is unknown, the version is newer than this program, or the JSON does not fit.</exception>
    public object Unwrap(Envelope envelope)
    {
        var known = _byName.TryGetValue(envelope.Type, out var type) ? _byType[type].Version : 0;
        if (type is null || envelope.Version > known)
        {
            var reads = known == 0 ? "knows no event of that name" : $"reads up to v{known}";
            throw new InvalidDataException(
                $"Event {envelope.Type} v{envelope.Version} in {envelope.Stream}/{envelope.Sequence} was written by a newer program: this one {reads}.");
        }

        try
        {
            return JsonSerializer.Deserialize(envelope.Body.Span, type, Json)
                ?? throw new InvalidDataException($"{envelope.Stream}/{envelope.Sequence} is empty.");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{envelope.Stream}/{envelope.Sequence} ({envelope.Type}) does not read.", damaged);
        }
    }
}
