namespace Vantage.Storage;

/// <summary>A stored file could not be opened, read or written. The message names the file, and the remedy where there is one.</summary>
public sealed class StorageException(string message, Exception? inner = null) : IOException(message, inner);
