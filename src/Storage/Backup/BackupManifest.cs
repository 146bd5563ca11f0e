using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vantage.Storage.Backup;

/// <summary><c>manifest.json</c>: what a backup holds, and by what each of its files is known to be whole.</summary>
public sealed record BackupManifest
{
    public const string FileName = "manifest.json";

    /// <summary>The newest form of a backup that this program reads.</summary>
    public const int NewestFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public required int Format { get; init; }

    /// <summary>The version of the program that wrote it.</summary>
    public required string Program { get; init; }

    /// <summary>The moment that it shows: everything acknowledged before is in it.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    public required int Units { get; init; }

    public required long Events { get; init; }

    /// <summary>Records of other systems.</summary>
    public required long Records { get; init; }

    /// <summary>The time of the earliest position; null when there is none.</summary>
    public DateTimeOffset? FirstPositionAt { get; init; }

    /// <summary>The time of the latest position; null when there is none.</summary>
    public DateTimeOffset? LastPositionAt { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    public long Bytes => Files.Sum(file => file.Bytes);

    /// <exception cref="StorageException">There is none, it does not read, or it is of a newer program.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new StorageException($"{folder} is no backup: there is no {FileName} in it.");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), Json);
            if (manifest is null || manifest.Files.Contains(null!))
            {
                throw new JsonException("An object is missing.");
            }

            return manifest.Format <= NewestFormat ? manifest : throw new StorageException(
                $"{path} is of format {manifest.Format}; this program reads up to {NewestFormat}. Restore it with version {manifest.Program} or a newer one.");
        }
        catch (JsonException wrong)
        {
            throw new StorageException($"{path} does not read: {wrong.Message}", wrong);
        }
    }

    internal void Write(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its path in the folder, with '/'.</param>
/// <param name="Sha256">Of its bytes, in hexadecimal.</param>
/// <param name="Version">Of a database: that of its tables.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256, int? Version = null);
