using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vantage.Actors.Journal;

namespace Vantage.Actors.Wire;

/// <summary>What may travel between the processes of a cluster: the stable names of messages, their versions, and their bytes.</summary>
/// <remarks>
/// A manifest is <c>name:version</c>. Most messages are JSON, which tolerates what a neighbour's version adds; those that travel all the time have
/// bytes of their own. A message of another version, or of no known name, is refused, never guessed at: while a cluster is updated node by node,
/// that message fails, and the node that refuses it logs both versions.
/// </remarks>
public sealed class WireCatalog
{
    private readonly Dictionary<string, WireForm> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, WireForm> _byType = [];

    public IReadOnlyCollection<Type> Types => _byType.Keys;

    /// <summary>A message whose bytes are the JSON of its properties.</summary>
    /// <exception cref="ArgumentException">The name or the type is taken.</exception>
    public WireCatalog Add<TMessage>(string name, int version = 1)
        where TMessage : notnull
        => Add<TMessage>(
            name,
            version,
            static (message, bytes) =>
            {
                using var json = new Utf8JsonWriter(bytes);
                JsonSerializer.Serialize(json, message, EventCatalog.Json);
            },
            static bytes => JsonSerializer.Deserialize<TMessage>(bytes.Span, EventCatalog.Json)
                ?? throw new InvalidDataException("The message is empty."));

    /// <summary>A message with bytes of its own.</summary>
    /// <exception cref="ArgumentException">The name or the type is taken.</exception>
    public WireCatalog Add<TMessage>(
        string name, int version, Action<TMessage, IBufferWriter<byte>> write, Func<ReadOnlyMemory<byte>, TMessage> read)
        where TMessage : notnull
    {
        var form = new WireForm(name, version, (message, bytes) => write((TMessage)message, bytes), bytes => read(bytes));
        _byName.Add(name, form);
        _byType.Add(typeof(TMessage), form);
        return this;
    }

    /// <summary>A catalog that has both: the product's own, and what a test adds.</summary>
    public WireCatalog With(WireCatalog other)
    {
        var both = new WireCatalog();
        foreach (var (type, form) in _byType.Concat(other._byType))
        {
            both._byName.Add(form.Name, form);
            both._byType.Add(type, form);
        }

        return both;
    }

    /// <exception cref="InvalidOperationException">Messages of that type do not travel.</exception>
    public string ManifestOf(object message) => FormOf(message).Manifest;

    /// <exception cref="InvalidOperationException">Messages of that type do not travel.</exception>
    public void Write(object message, IBufferWriter<byte> bytes) => FormOf(message).Write(message, bytes);

    /// <exception cref="InvalidDataException">The name is unknown here, the version is another, or the bytes do not read: the sentence says which.</exception>
    public object Read(string manifest, ReadOnlyMemory<byte> bytes)
    {
        var colon = manifest.LastIndexOf(':');
        var name = colon < 0 ? manifest : manifest[..colon];
        if (!_byName.TryGetValue(name, out var form))
        {
            throw new InvalidDataException($"Message {manifest} was sent, and this node knows none of that name: nodes of different versions in one cluster?");
        }

        if (form.Manifest != manifest)
        {
            throw new InvalidDataException($"Message {manifest} was sent, and this node reads {form.Manifest}: nodes of different versions in one cluster?");
        }

        try
        {
            return form.Read(bytes);
        }
        catch (Exception damaged) when (damaged is JsonException or ArgumentException or NotSupportedException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"Message {manifest} of {bytes.Length} bytes does not read: {damaged.Message}", damaged);
        }
    }

    private WireForm FormOf(object message) => _byType.TryGetValue(message.GetType(), out var form)
        ? form
        : throw new InvalidOperationException($"{message.GetType().Name} is not in the wire catalog: it cannot leave the process.");

    private sealed record WireForm(string Name, int Version, Action<object, IBufferWriter<byte>> Write, Func<ReadOnlyMemory<byte>, object> Read)
    {
        public string Manifest { get; } = string.Create(CultureInfo.InvariantCulture, $"{Name}:{Version}");
    }
}
