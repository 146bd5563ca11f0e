namespace Vantage.Storage;

/// <summary>A stored file could not be opened, read or written. The message names the file, and the remedy where there is one.</summary>
public class StorageException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Something that is stored cannot be read, now or later.</summary>
/// <param name="part">What it is, without its file: "heat of the hour from …".</param>
public sealed class DamagedStorageException(string part, string message, Exception inner) : StorageException(message, inner)
{
    /// <summary>What to do about most of what is damaged.</summary>
    internal const string Restore = "Restore it from a backup.";

    public string Part => part;
}
