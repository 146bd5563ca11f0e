using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Vantage.Geo;

namespace Vantage.Host.Basemaps;

/// <summary>A PMTiles file, version 3, that was opened and looked at. Safe from any thread.</summary>
internal sealed partial class PmtilesArchive : IDisposable
{
    private const int HeaderLength = 127;

    /// <summary>The specification has two levels; more can only be a circle.</summary>
    private const int MostLevels = 4;
    private const int MostTileBytes = 16 << 20;
    private const int MostDirectoryBytes = 32 << 20;
    private const int MostMetadataBytes = 16 << 20;

    /// <summary>Directories that are kept; when there are more, all are read again as they are needed.</summary>
    private const int MostDirectories = 256;

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly Section _leaves;
    private readonly Section _tiles;
    private readonly Compression _directoryCompression;
    private readonly Compression _tileCompression;
    private readonly TileType _type;
    private readonly PmtilesDirectory _root;
    private readonly ConcurrentDictionary<ulong, PmtilesDirectory> _directories = new();

    private PmtilesArchive(SafeFileHandle file, string revision)
    {
        _file = file;
        _length = RandomAccess.GetLength(file);
        var header = new byte[HeaderLength];
        if (RandomAccess.Read(file, header, 0) < HeaderLength || !header.AsSpan().StartsWith("PMTiles"u8))
        {
            throw new InvalidDataException("it is no PMTiles file");
        }

        if (header[7] != 3)
        {
            throw new InvalidDataException($"it is of PMTiles version {header[7]}, and version 3 is read: convert it with `pmtiles convert`");
        }

        var root = SectionOf(header, 8, "its root directory");
        var metadata = SectionOf(header, 24, "its metadata");
        (_leaves, _tiles) = (SectionOf(header, 40, "its leaf directories"), SectionOf(header, 56, "its tiles"));
        (_directoryCompression, _tileCompression, _type) = ((Compression)header[97], (Compression)header[98], (TileType)header[99]);
        RequireKnown(_directoryCompression, "directories");
        if (_type is not (TileType.Mvt or TileType.Png or TileType.Jpeg or TileType.Webp or TileType.Avif))
        {
            throw new InvalidDataException($"its tiles are of type {header[99]}, and vector tiles (MVT), PNG, JPEG, WebP and AVIF are shown");
        }

        if (_tileCompression != Compression.Unknown || _type == TileType.Mvt)
        {
            RequireKnown(_tileCompression, "tiles");
        }

        _root = ReadDirectory(root, "its root directory");
        var (schema, attribution) = Described(ReadWhole(metadata, _directoryCompression, MostMetadataBytes, "its metadata"), _type == TileType.Mvt);
        Info = new BasemapInfo(schema, header[100], Math.Min((int)header[101], TileId.MaxZoom), BoundsOf(header), attribution, revision);
        if (Info.MinZoom > Info.MaxZoom)
        {
            throw new InvalidDataException($"it says that it has zooms from {header[100]} to {header[101]}");
        }
    }

    private enum Compression : byte
    {
        Unknown = 0,
        None = 1,
        Gzip = 2,
        Brotli = 3,
    }

    private enum TileType : byte
    {
        Mvt = 1,
        Png = 2,
        Jpeg = 3,
        Webp = 4,
        Avif = 5,
    }

    public BasemapInfo Info { get; }

    /// <summary>Opens a file and reads what leads to its tiles.</summary>
    /// <exception cref="InvalidDataException">It cannot be shown; the message says why, and goes on after the file's name.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PmtilesArchive Open(string path, string revision)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new PmtilesArchive(file, revision);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One tile.</summary>
    /// <exception cref="InvalidDataException">The file is damaged there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Tile Read(TileId tile)
    {
        var number = tile.HilbertNumber();
        var directory = _root;
        for (var level = 0; level < MostLevels; level++)
        {
            if (directory.Find(number) is not { } entry)
            {
                return Tile.Nothing;
            }

            if (entry.RunLength > 0)
            {
                return TileOf(entry);
            }

            directory = Leaf(entry);
        }

        throw new InvalidDataException("its directories lead to no tile");
    }

    public void Dispose() => _file.Dispose();

    private Tile TileOf(PmtilesEntry entry)
    {
        if (entry.Length > MostTileBytes)
        {
            throw new InvalidDataException($"a tile has {entry.Length} bytes");
        }

        var bytes = ReadRange(_tiles, entry.Offset, entry.Length, "a tile");
        var type = _type switch
        {
            TileType.Mvt => "application/vnd.mapbox-vector-tile",
            TileType.Png => "image/png",
            TileType.Jpeg => "image/jpeg",
            TileType.Webp => "image/webp",
            _ => "image/avif",
        };
        return _tileCompression switch
        {
            Compression.Gzip => new Tile(bytes, type, IsGzipped: true),
            Compression.Brotli => new Tile(Unpacked(bytes, Compression.Brotli, MostTileBytes, "a tile"), type),
            _ => new Tile(bytes, type),
        };
    }

    private PmtilesDirectory Leaf(PmtilesEntry entry)
    {
        if (_directories.TryGetValue(entry.Offset, out var known))
        {
            return known;
        }

        if (_directories.Count >= MostDirectories)
        {
            _directories.Clear();
        }

        var directory = PmtilesDirectory.Parse(Unpacked(
            ReadRange(_leaves, entry.Offset, entry.Length, "a leaf directory"), _directoryCompression, MostDirectoryBytes, "a leaf directory"));
        _directories[entry.Offset] = directory;
        return directory;
    }

    private PmtilesDirectory ReadDirectory(Section section, string what)
        => PmtilesDirectory.Parse(ReadWhole(section, _directoryCompression, MostDirectoryBytes, what));

    private byte[] ReadWhole(Section section, Compression compression, int most, string what)
        => section.Length > (ulong)most ? throw new InvalidDataException($"{what} has {section.Length} bytes")
            : section.Length == 0 ? [] : Unpacked(ReadRange(section, 0, section.Length, what), compression, most, what);

    private byte[] ReadRange(Section section, ulong offset, ulong length, string what)
    {
        if (length > section.Length || offset > section.Length - length || length > MostDirectoryBytes)
        {
            throw new InvalidDataException($"{what} is said to be where the file has none");
        }

        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(_file, bytes.AsSpan(read), (long)(section.Offset + offset) + read) is > 0 and var more)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : throw new InvalidDataException($"it ends in the middle of {what.Replace("its ", "the ", StringComparison.Ordinal)}");
    }

    private static byte[] Unpacked(byte[] bytes, Compression compression, int most, string what)
    {
        if (compression is Compression.None or Compression.Unknown)
        {
            return bytes;
        }

        using var packed = new MemoryStream(bytes);
        using Stream unpacking = compression == Compression.Gzip ? new GZipStream(packed, CompressionMode.Decompress) : new BrotliStream(packed, CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (unpacking.Read(buffer) is > 0 and var read)
            {
                if (unpacked.Length + read > most)
                {
                    throw new InvalidDataException($"{what} has more than {most} bytes when it is unpacked");
                }

                unpacked.Write(buffer, 0, read);
            }
        }
        catch (InvalidOperationException damaged)
        {
            throw new InvalidDataException($"{what} cannot be unpacked", damaged); // As Brotli says it.
        }

        return unpacked.ToArray();
    }

    private Section SectionOf(ReadOnlySpan<byte> header, int at, string what)
    {
        var (offset, length) = (BinaryPrimitives.ReadUInt64LittleEndian(header[at..]), BinaryPrimitives.ReadUInt64LittleEndian(header[(at + 8)..]));
        return length <= (ulong)_length && offset <= (ulong)_length - length ? new Section(offset, length)
            : throw new InvalidDataException($"it has {_length} bytes, and {what} would end at {(UInt128)offset + length}: it was not copied whole");
    }

    private static void RequireKnown(Compression compression, string what)
    {
        if (compression is not (Compression.None or Compression.Gzip or Compression.Brotli))
        {
            throw new InvalidDataException($"its {what} are packed by method {(byte)compression}, and gzip, Brotli and none are read");
        }
    }

    private static GeoBox? BoundsOf(ReadOnlySpan<byte> header)
    {
        static double Degrees(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 1e7;
        var box = new GeoBox(Degrees(header[106..]), Degrees(header[102..]), Degrees(header[114..]), Degrees(header[110..]));
        return box is { West: >= -180, East: <= 180, South: >= -90, North: <= 90 } && box.West < box.East && box.South < box.North ? box : null;
    }

    private static (string? Schema, string? Attribution) Described(byte[] metadata, bool isVector)
    {
        try
        {
            using var json = JsonDocument.Parse(metadata.Length == 0 ? "{}" : Encoding.UTF8.GetString(metadata));
            return (isVector ? SchemaOf(json.RootElement) : null, AttributionOf(json.RootElement));
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("its metadata is damaged", damaged); // The latter: half a character.
        }
    }

    private static string SchemaOf(JsonElement metadata)
    {
        var layers = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("vector_layers", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(layer => TextOf(layer, "id")).OfType<string>().ToList() : [];
        return layers.Contains("transportation", StringComparer.Ordinal) ? "openmaptiles" : layers.Contains("roads", StringComparer.Ordinal) ? "protomaps"
            : throw new InvalidDataException(
                $"its layers ({(layers.Count == 0 ? "none are named" : string.Join(", ", layers.Take(10)))}) are neither those of OpenMapTiles nor of the Protomaps basemap");
    }

    private static string? TextOf(JsonElement from, string name)
        => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Files give it as HTML.</summary>
    private static string? AttributionOf(JsonElement metadata)
        => TextOf(metadata, "attribution") is { } html && Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html, " ")), " ").Trim() is { Length: > 0 } text
            ? text.Length <= 200 ? text : text[..200] : null;

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();

    private readonly record struct Section(ulong Offset, ulong Length);
}
